import { samePayload, type CommandView, type WantedCommand } from "../../commands";
import type { CommandPayloads } from "../../payloads";
import { dec, sumOf } from "../../decimal";
import type { BillingState } from "../../publications";
import { statementOf } from "../../standing";
import type { Recalls } from "./fulfilment/recall";
import type { Gates } from "./gates/approve";
import type { OrderMoney } from "./books/money";
import type { OrderView } from "./view";
import type { Tracks } from "./tracks";

/** A statement bears its version's number where that is one to count by; a source that numbers by the clock has its statements counted. */
const numbered = (sequence: number, version: number): number => (version <= countable ? Math.max(sequence, version) : sequence);
const countable = 1_000_000_000;

/**
 * Asks for the tax of the order as it is understood now; an answer to the same question is good enough, whenever it came. What
 * tax depends on may change without a new version (a mended unit): that is asked under the next sequence.
 */
export function estimateCommand(view: OrderView): WantedCommand[] {
  const { estimate, record } = view;
  const { question } = estimate;
  const stopped = view.headerProblems.length > 0;
  if (!estimate.needed || !question || estimate.answer || stopped) return [];
  const { sequence } = statementOf(record.commands.get("estimate_tax") ?? [], "estimate_tax", "", (said) => said.payload["basis"] === question.basis);
  return [{ kind: "estimate_tax", slot: "", sequence: numbered(sequence, record.current.version), payload: { ...question }, blockedBy: [], amount: null, dueSince: record.currentRecordedAt }];
}

/**
 * Tells the order's source that this version is accepted, or that all of it is cancelled (2.7). A request to cancel that came
 * after it is answered by saying it again, once no warehouse can change the answer any more.
 */
export function acknowledgement(view: OrderView, gates: Gates, tracks: Tracks, recalls: Recalls): WantedCommand[] {
  if (gates.validation.header || gates.validation.stopped.size > 0 || view.lines.length === 0) return [];
  const { version } = view.order;
  const open = recalls.pending.size > 0 || view.lines.some((row) => row.walk.committed.unmet.gt(0) && row.goods.some((goods) => goods.inFlight.length > 0));
  const said = view.record.commands.get("acknowledge_order") ?? [];
  const last = said.reduce<CommandView | null>((newest, command) => (newest === null || command.sequence > newest.sequence ? command : newest), null);
  const before = last?.payload["version"] === version ? (last.payload as CommandPayloads["acknowledge_order"]) : null;
  const cancels = open ? (before?.cancels ?? []) : view.record.cancels.map(({ document }) => document);
  const payload: CommandPayloads["acknowledge_order"] = {
    order: view.key, version, state: tracks.commercial === "cancelled" ? "cancelled" : "accepted",
    lines: view.lines.filter((row) => !row.line.removed).map((row) => ({ line: row.line.id, quantity: row.walk.committed.ordered.minus(row.walk.committed.cancelled).toFixed(), promised: row.line.source.promised ?? view.order.promised ?? null })),
    ...(cancels.length > 0 ? { cancels } : {}),
  };
  const { sequence } = statementOf(said, "acknowledge_order", "", (command) => command.payload["version"] === version && samePayload((command.payload as CommandPayloads["acknowledge_order"]).cancels ?? [], cancels));
  return [{ kind: "acknowledge_order", slot: "", sequence: numbered(sequence, version), payload: { ...payload }, blockedBy: [], amount: null, dueSince: gates.validatedAt }];
}

/** Tells the source how far the order is; a newer statement follows an older one, and nothing is said twice. */
export function statusUpdate(view: OrderView, tracks: Tracks): WantedCommand[] {
  const status = statusOf(tracks);
  if (status === null) return [];
  const said = (view.record.commands.get("update_order_status") ?? []).reduce<CommandView | null>((last, command) => (last === null || command.sequence > last.sequence ? command : last), null);
  const lines = view.lines.map((row) => ({ line: row.line.id, shipped: (row.line.kit ? sumOf(row.walk.parts, (part) => part.quantity) : sumOf([...row.walk.moved, ...row.walk.substitutes], (moved) => moved.shipped)).toFixed() }));
  const tracking = [...new Set(view.record.shipments.flatMap(({ data }) => (data.tracking === null || data.reversed ? [] : [data.tracking])))].sort();
  const made = (version: number) => ({ order: view.key, status, version, lines, tracking }) satisfies CommandPayloads["update_order_status"];
  const frozen = said !== null && (said.state === "confirmed" || said.state === "sending" || said.state === "unknown");
  const sequence = said === null ? 1 : frozen && !samePayload(said.payload, made(said.sequence)) ? said.sequence + 1 : said.sequence;
  if (said && sequence > said.sequence && said.state !== "confirmed") return [];
  return [{ kind: "update_order_status", slot: "", sequence, payload: made(sequence), blockedBy: [], amount: null, dueSince: view.record.currentRecordedAt }];
}

function statusOf(tracks: Tracks): CommandPayloads["update_order_status"]["status"] | null {
  if (tracks.commercial === "cancelled") return "cancelled";
  if (tracks.billing === "invoiced" || tracks.billing === "part_credited" || tracks.billing === "credited") return "invoiced";
  if (tracks.fulfilment === "shipped" || tracks.fulfilment === "delivered") return "shipped";
  if (tracks.fulfilment === "part_shipped") return "part_shipped";
  return tracks.fulfilment === "released" ? "released" : null;
}

/**
 * Gives an authorisation back when nothing of the order will ever be captured on it: the order is cancelled, or complete and
 * all that it was billed for is captured or paid. What is left of one that money was taken on is the provider's to release:
 * a void takes the whole (decision 23).
 */
export function voidAuthorisations(view: OrderView, money: OrderMoney, tracks: Tracks): WantedCommand[] {
  const cancelled = tracks.commercial === "cancelled" && money.units.every((unit) => unit.lines.length === 0);
  const { states } = view.record;
  const taken = (state: BillingState) => (state.capturedOn !== undefined && !state.capturing) || state.invoice === null || dec(state.open).lte(0);
  if (!cancelled && !(tracks.commercial === "complete" && states.every(taken))) return [];
  const used = new Set([...states.flatMap(({ capturedOn = [] }) => capturedOn.map(({ authorisation }) => authorisation)), ...view.record.receipts.map(({ authorisation }) => authorisation)]);
  return view.record.authorisations.filter((row) => row.state === "authorised" && !used.has(row.authorisation)).map((row) => ({
    kind: "void_authorisation" as const, slot: row.authorisation, sequence: 1, payload: { order: view.key, authorisation: row.authorisation }, blockedBy: [], amount: { amount: row.amount, currency: row.currency }, dueSince: view.record.currentRecordedAt,
  }));
}
