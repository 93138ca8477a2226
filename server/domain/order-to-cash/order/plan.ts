import type { DocumentType, WantedCommand } from "../../commands";
import { commandKinds } from "../../commands";
import { dec, zero } from "../../decimal";
import { proposalSlot } from "../../gate";
import { holdKey } from "../../holds";
import { addDays, earliest } from "../../instant";
import { instantOn } from "../../calendar";
import { unknownReviews } from "../../outcomes";
import type { HoldFinding, Plan, PlanInput } from "../../plan";
import { modeFor, routeFor } from "../../policy";
import { judge, type JudgedHold } from "./approval";
import { balancesOf } from "./books/balances";
import { moneyOf } from "./books/money";
import { slicesOf } from "./books/slices";
import { exceptionsOf } from "./exceptions";
import { recallsOf } from "./fulfilment/recall";
import { unheardShipments } from "./fulfilment/unheard";
import { waveOf } from "./fulfilment/wave";
import { gatesOf } from "./gates/approve";
import { milestonesOf } from "./milestones";
import { observedPlan } from "./observed";
import { publicationsOf } from "./publish";
import { readRecord } from "./record";
import { refusedOf } from "./refused";
import { reopenedOf } from "./reopen";
import { keepPacks } from "./lines/packs";
import { grantReturns } from "./returns";
import { sentenceOf } from "./sentence";
import { acknowledgement, estimateCommand, statusUpdate, voidAuthorisations } from "./statements";
import { summaryOf } from "./summary";
import { tracksOf } from "./tracks";
import { unseenPlan } from "./unseen";
import { viewOf, type OrderView } from "./view";

/** Plans one order: from its facts to what must be true elsewhere, what waits for a person, and what is wrong. */
export function planOrder(input: PlanInput): Plan {
  const record = readRecord(input);
  if (!record) return unseenPlan(input);
  const view = viewOf(input, record);
  const money = moneyOf(view);
  const gates = gatesOf(view, money);
  if (view.observing && (record.observed !== null || record.shipments.length === 0)) return observedPlan(view, money, gates);
  const wave = waveOf(view, money, gates);
  const recalls = recallsOf(view, gates);
  const tracks = tracksOf(view, money, gates, wave.scheduled.size > 0);
  const grants = grantReturns(view, money, input.facts);
  const routed = routeCommands(view, [
    ...acknowledgement(view, gates, tracks, recalls), ...estimateCommand(view), ...wave.wanted, ...recalls.wanted, ...statusUpdate(view, tracks), ...voidAuthorisations(view, money, tracks),
  ]);
  const holds = [...gates.orderHolds, ...gates.priceHolds.values(), ...gates.overHolds, ...wave.holds].filter((hold) => hold.active);
  const refused = refusedOf(view, input.reference, money, gates);
  const slices = slicesOf(view, money, gates, wave, refused);
  const exceptions = exceptionsOf(view, refused, money, gates, wave, recalls, slices);
  const summary = summaryOf(view, money, gates, tracks, slices, holds, exceptions, recalls);
  return {
    wanted: routed.wanted, reopened: reopenedOf(view, input.reference), holds: [...holds, ...routed.holds].map(({ hold }) => hold), exceptions, findings: [], waits: wave.waits,
    milestones: milestonesOf(view, money, gates), balances: balancesOf(view, money), slices, publications: publicationsOf(view, money, gates, tracks, grants), records: [grants.record, keepPacks(view, input.facts)].filter((record) => record !== null),
    sentence: sentenceOf(view, money, gates, wave, holds, exceptions), summary,
    nextReviewAt: reviewAt(view, [...wave.reviewAt, ...unheardShipments(view).map(({ from }) => from), ...view.lines.flatMap(({ excessBackBy }) => excessBackBy ?? [])], slices.map((slice) => slice.dueAt), [...holds].map(({ hold }) => hold)),
  };
}

/** Sets each command on its route: observed ones fall away, proposed ones wait for a person (P20). */
function routeCommands(view: OrderView, commands: readonly WantedCommand[]): { wanted: WantedCommand[]; holds: JudgedHold[] } {
  const wanted: WantedCommand[] = [], holds: JudgedHold[] = [];
  for (const command of commands) {
    const { capability, document } = commandKinds[command.kind];
    const mode = modeFor(view.policy, capability, document, view.order.placed);
    if (mode === "observe" || (capability === "orders" && !holdsOrder(view, document))) continue;
    if (mode === "act") { wanted.push(command); continue; }
    const slot = proposalSlot(command);
    const hold = judge({
      rule: "MODE", slot, amount: dec(command.amount?.amount ?? zero), blocks: [command.kind], digest: view.digest(), since: command.dueSince,
      message: `${command.kind.replaceAll("_", " ")} to ${routeFor(view.policy, capability, document)?.connector ?? "no connector"} is proposed`, releasedBy: "a person, for this command; by itself: when the route is in mode act",
      evidence: { payload: command.payload },
    }, view.record.decisions, view.currency, view.policy.calendar);
    if (!hold.active || released(view, command)) { wanted.push(command); continue; }
    holds.push(hold);
    wanted.push({ ...command, blockedBy: [...command.blockedBy, holdKey("MODE", slot)] });
  }
  return { wanted, holds };
}

/** An order that came another way (by API, by import) is unknown to the shop that the route names: nobody is told there. */
const holdsOrder = (view: OrderView, document: DocumentType): boolean => routeFor(view.policy, "orders", document)?.connector === view.record.source;

const released = (view: OrderView, command: WantedCommand): boolean =>
  view.record.commandDecisions.some(({ data }) => data.verdict === "release" && data.naturalKey.startsWith(`${command.kind}|`) && data.naturalKey.endsWith(`|${command.slot}|${command.sequence}`));

function reviewAt(view: OrderView, dates: readonly string[], dues: readonly (string | null)[], holds: readonly HoldFinding[]): string | null {
  const future = (at: string | null | undefined) => (at != null && at > view.now ? at : null);
  const { cancelAfter } = view.order;
  const credit = view.credit;
  return earliest(
    ...dates.map(future), ...dues.map(future), ...holds.map((hold) => future(hold.dueAt)), ...(cancelAfter === undefined ? [] : [-1, 1].map((days) => future(instantOn(view.policy.calendar, addDays(cancelAfter, days), 0)))),
    ...view.record.authorisations.map((row) => future(row.state === "authorised" ? row.expires : null)), ...view.record.placedHolds.map(({ data }) => future(data.until === undefined ? null : instantOn(view.policy.calendar, data.until, 0))),
    ...unknownReviews([...view.record.commands.values()].flat(), view.now), future(credit?.verdict === "granted" ? null : (credit?.expires ?? null)),
  );
}
