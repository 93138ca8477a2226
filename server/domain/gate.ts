import { commandKinds, naturalKey, type WantedCommand } from "./commands";
import { digestOf, verdictOn, type HoldVerdict } from "./decisions";
import { allOf, type Fact } from "./facts";
import { holdKey } from "./holds";
import { localDay } from "./calendar";
import type { Instant } from "./instant";
import { holdsByHand, manualDigest, manualEvidence, manualRelease } from "./manual";
import type { HoldFinding, PlanInput } from "./plan";
import { modeFor, type RouteMode } from "./policy";
import { hasLeft } from "./standing";

export type Asked = Omit<WantedCommand, "blockedBy"> & { blockedBy?: readonly string[] };
export type Held = Omit<HoldFinding, "preparedBy" | "dueAt"> & { preparedBy?: string | null; dueAt?: Instant | null };

/** The one way from a wish to a wanted command: through mode, holds placed by people, and whatever else blocks it. */
export interface Gate {
  readonly wanted: WantedCommand[];
  readonly holds: HoldFinding[];
  /** Raises a hold unless people released it. `key` is null where it no longer blocks. */
  hold(finding: Held, personsNeeded?: number): { key: string | null; verdict: HoldVerdict };
  /** Takes back the holds of a slot that a person refused for good: there is nothing left to approve. */
  drop(slot: string): void;
  /** Asks for a command. What left already is named again as it left, so that a re-plan neither touches nor withdraws it. */
  ask(command: Asked): void;
}

const strictness: readonly RouteMode[] = ["observe", "propose", "act"];
/** The more careful of two modes. */
export const careful = (a: RouteMode, b: RouteMode): RouteMode => (strictness.indexOf(a) <= strictness.indexOf(b) ? a : b);

/**
 * `date` decides whether the route manages the document at all (P20): goods issue for shipment and billing, receipt date
 * for cash. In *observe* nothing is asked; in *propose* each command waits in a MODE hold of its own.
 */
export function gateOf(input: PlanInput, date: Instant, atMost: RouteMode = "act"): Gate {
  const wanted: WantedCommand[] = [];
  const holds: HoldFinding[] = [];
  const hold: Gate["hold"] = (finding, personsNeeded = 1) => {
    const several = personsNeeded > 1 && Number.isFinite(personsNeeded);
    const whole: HoldFinding = { preparedBy: null, dueAt: null, ...finding, evidence: several ? { ...finding.evidence, personsNeeded } : finding.evidence };
    const verdict = verdictOn(input.facts, whole, personsNeeded);
    if (verdict.state === "approved") return { key: null, verdict };
    const key = holdKey(whole.rule, whole.slot);
    if (!holds.some((present) => holdKey(present.rule, present.slot) === key)) holds.push(whole);
    return { key, verdict };
  };
  const ask: Gate["ask"] = (command) => {
    const key = naturalKey(input.subject.id, command);
    const view = input.commands.find((row) => row.naturalKey === key);
    if (view && hasLeft(view)) { wanted.push({ ...command, payload: view.payload, blockedBy: [] }); return; }
    const { capability, document } = commandKinds[command.kind];
    const mode = careful(atMost, modeFor(input.policy, capability, document, date));
    if (mode === "observe" || takenBack(input.facts, key)) return;
    const blockedBy = [...(command.blockedBy ?? []), ...placedByPeople(input, command, hold)];
    if (mode === "propose" && blockedBy.length === 0) {
      const proposal = hold(proposalOf(command));
      if (proposal.key) blockedBy.push(proposal.key);
    }
    wanted.push({ ...command, blockedBy });
  };
  const drop: Gate["drop"] = (slot) => {
    for (let index = holds.length - 1; index >= 0; index--) if (holds[index]?.slot === slot) holds.splice(index, 1);
  };
  return { wanted, holds, hold, ask, drop };
}

/** Slot of a MODE hold: one for each document that a route in *propose* would make. */
export const proposalSlot = (command: Pick<WantedCommand, "kind" | "slot" | "sequence">): string => [command.kind, command.slot, command.sequence].join("/");

const proposalOf = (command: Asked): Held => ({
  rule: "MODE", slot: proposalSlot(command), blocks: [command.kind], amount: command.amount?.amount ?? "0", currency: command.amount?.currency ?? null,
  message: `This route only proposes: ${command.kind.replaceAll("_", " ")} waits for a person.`, releasedBy: "A person who releases this command, or the route set to act.",
  evidence: { ...command.payload }, digest: digestOf(command.payload),
});

/** A person withdrew the command or did it by hand: it is not sent, what stands at the target is read back instead. */
function takenBack(facts: readonly Fact[], key: string): boolean {
  const last = decisionsOn(facts, key).at(-1)?.data.verdict;
  return last === "withdraw" || last === "posted_by_hand";
}

export const decisionsOn = (facts: readonly Fact[], key: string) =>
  allOf(facts, "command.decided").filter(({ data }) => data.naturalKey === key).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.document.localeCompare(b.document));

/** MANUAL holds (code 25): they stop the commands named, until their date, a later lift or an approval. */
function placedByPeople(input: PlanInput, command: Asked, hold: Gate["hold"]): string[] {
  return holdsByHand(input.facts, () => localDay(input.policy.calendar, input.now)).filter(({ blocks }) => blocks.includes("*") || blocks.includes(command.kind)).flatMap((placed) => {
    const { key } = hold({
      rule: "MANUAL", slot: placed.decision, blocks: [command.kind], amount: command.amount?.amount ?? "0", currency: command.amount?.currency ?? null, preparedBy: placed.author,
      message: `Held by hand: ${placed.reason}`, releasedBy: manualRelease(placed.until), evidence: manualEvidence(placed, placed.since), digest: manualDigest(placed.decision),
    });
    return key ? [key] : [];
  });
}
