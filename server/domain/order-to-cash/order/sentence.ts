import { exceptionCatalogue, type ExceptionCode } from "../../exceptions";
import { holdCatalogue, type HoldCode } from "../../holds";
import { isStopping, type ExceptionFinding } from "../../plan";
import type { JudgedHold } from "./approval";
import type { Gates } from "./gates/approve";
import type { OrderMoney } from "./books/money";
import { warehoused } from "./fulfilment/open";
import type { Wave } from "./fulfilment/wave";
import type { SoldLine } from "./lines/sold";
import { leftToBill } from "./tracks";
import type { OrderView } from "./view";

/** "Why is this not posted?" in one sentence, by the precedence of 2.4: exception, hold, what a system owes, date, tower. */
export function sentenceOf(view: OrderView, money: OrderMoney, gates: Gates, wave: Wave, holds: readonly JudgedHold[], exceptions: readonly ExceptionFinding[]): string | null {
  const stopping = exceptions.find(isStopping), ordered = view.lines.some((row) => row.walk.moved.some((moved) => moved.ordered.gt(0)));
  if (!money.openQuantity && !leftToBill(view, money) && (ordered || !stopping)) return null;
  if (stopping) return `Stopped by ${stopping.code}: ${stopping.message}.`;
  const hold = holds[0];
  if (hold) return `On hold (${hold.hold.rule}): ${hold.hold.message}. Released by ${hold.hold.releasedBy}.`;
  const problem = view.record.states.find((state) => !state.invoice && state.problems.length > 0);
  if (problem) return unbilledSentence(problem.shipment, problem.problems);
  if (money.openQuantity) return openSentence(view, gates, wave);
  const unit = money.units.find((plan) => !plan.state?.invoice && plan.lines.length > 0);
  if (!unit?.state) return "Shipped; the billing unit has not answered yet.";
  if (unit.state.bucket === "waiting") return "Shipped; the billing trigger has not come.";
  return unit.state.frozen ? `The invoice for ${unit.shipment.shipment} was sent to the ledger and is not read back yet.` : `The invoice for ${unit.shipment.shipment} is being made.`;
}

/** What stops an invoice, and who lets it go: what must change comes before who must say yes. */
function unbilledSentence(shipment: string, problems: readonly string[]): string {
  const code = problems.find((known): known is ExceptionCode => known in exceptionCatalogue);
  if (code !== undefined) return `The invoice for ${shipment} is stopped by ${code}: ${exceptionCatalogue[code].name}.`;
  const rule = problems.find((known): known is HoldCode => known in holdCatalogue);
  return rule === undefined ? `The invoice for ${shipment} waits: ${problems.join("; ")}.` : `The invoice for ${shipment} is on hold (${rule}). Released by ${holdCatalogue[rule].releasedBy}.`;
}

/** Who says that a line is done which no warehouse of ours ships. */
function confirmedBy({ id, source: { method } }: SoldLine): string {
  const what = method === "service" ? "a service" : method.replaceAll("_", " ");
  return `Line ${id} is ${what}: ${method === "drop_ship" ? "the supplier" : "the order desk"} confirms it, and then it is billed.`;
}

function openSentence(view: OrderView, gates: Gates, wave: Wave): string {
  const missing = gates.releaseBlockedBy[0];
  if (missing === "wait:estimate") return "Not released: the tax service has not answered.";
  if (missing === "wait:credit") return `Not released: credit account ${view.parties.creditAccount} has not answered.`;
  if (missing === "wait:duplicate") return "Not released: the check for duplicates has not answered.";
  const wait = wave.waits[0];
  if (wait) return `${wait.message}.`;
  const goods = view.lines.flatMap((row) => row.goods);
  const short = goods.find((entry) => entry.unallocated.gt(0) && (entry.short !== null || entry.reservation?.backordered.gt(0)));
  if (short) return `${short.unallocated.toFixed()} of ${short.moved.goods.item} are on back order${short.reservation?.availableOn ? ` until ${short.reservation.availableOn}` : ""}.`;
  if (goods.some((entry) => warehoused(entry.line) && entry.unallocated.gt(0))) return "Stock is being reserved.";
  if (goods.some((entry) => entry.allocated.gt(0) || entry.inFlight.length > 0)) return "The release is on its way to the warehouse.";
  const live = goods.find((entry) => entry.live.length > 0)?.live[0], elsewhere = goods.find((entry) => entry.unallocated.gt(0));
  if (!live && elsewhere) return confirmedBy(elsewhere.line);
  return `The warehouse has request ${live?.request.id ?? ""} and has not shipped all of it.`;
}
