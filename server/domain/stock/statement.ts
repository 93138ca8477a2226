import { inFlight, naturalKey, type CommandView } from "../commands";
import { dec, type Decimal } from "../decimal";
import { decisionsOn, type Gate } from "../gate";
import { addMs } from "../instant";
import type { CommandPayloads } from "../payloads";
import type { PlanInput } from "../plan";
import { hasLeft, viewsOf } from "../standing";
import type { Position } from ".";

type Said = CommandPayloads["update_stock"];
const saidBy = (view: CommandView): Said => view.payload as unknown as Said;

/** What a channel was last told, and what of its own counts it told after that. */
export interface LastTold { view: CommandView | null; available: Decimal | null; /** What is on its way was to mend a drift, which stands until it is read back. */ mends: boolean }
export function lastTold(input: Pick<PlanInput, "commands">, channel: string): LastTold {
  const view = viewsOf(input.commands, "update_stock", channel).filter(hasLeft).at(-1) ?? null;
  return { view, available: view && dec(saidBy(view).available), mends: view !== null && saidBy(view).corrects !== undefined };
}
const sentAt = (view: CommandView) => view.firstSentAt ?? view.createdAt;
/** Whether a count was heard after the last statement left: what was heard before says nothing of it. */
export const isReadBack = ({ view }: LastTold, heardAt: string | undefined): boolean => view === null || (!inFlight(view.state) && heardAt !== undefined && heardAt >= sentAt(view));

/** The statement that would be made next: it follows what left, and takes the place of what did not. */
export function nextStatement(input: Pick<PlanInput, "commands" | "subject">, channel: string): { sequence: number; key: string } {
  const last = viewsOf(input.commands, "update_stock", channel).at(-1), sequence = last === undefined ? 1 : hasLeft(last) ? last.sequence + 1 : last.sequence;
  return { sequence, key: naturalKey(input.subject.id, { kind: "update_stock", slot: channel, sequence }) };
}

/** Somebody wants the count written back by the next statement. */
const isAsked = (input: PlanInput, key: string): boolean => decisionsOn(input.facts, key).some(({ data }) => data.verdict === "restart");

/**
 * Tells the channel what it may sell, one statement at a time and none too soon after the last: what the warehouse says in between takes
 * the place of what has not left. What the channel changed by itself, after a word that it has had, is a person's to write back.
 */
export function tellChannel(input: PlanInput, gate: Gate, { item, warehouse, keeper, channel, own, standing, last, since }: Position & { channel: string }, proposes: boolean): void {
  const word = keeper.at(-1), count = own.at(-1);
  if (!word || (last.view && inFlight(last.view.state))) return;
  const { sequence, key } = nextStatement(input, channel), hasDrift = since !== null;
  const isDue = !count || !isReadBack(last, count.heardAt) ? last.available?.eq(standing.target) !== true
    : standing.state === "behind" || (standing.state === "drift" && (standing.isNews || proposes));
  if (!isDue && !(hasDrift && isAsked(input, key))) return;
  const paced = last.view ? addMs(sentAt(last.view), input.policy.stockPaceSeconds * 1000) : null;
  const payload: Said = { item, warehouse, version: sequence, available: standing.target.toFixed(), ...(count ? { reserved: count.allocated.toFixed() } : {}), ...(count && hasDrift ? { corrects: count.free.toFixed() } : {}) };
  gate.ask({ kind: "update_stock", slot: channel, sequence, payload: { ...payload }, amount: null, ...(paced && paced > input.now ? { notBefore: paced } : {}), dueSince: word.heardAt });
}
