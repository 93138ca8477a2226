import { commandKinds, naturalKey, type CommandView } from "../commands";
import { latestOf } from "../facts";
import { decisionsOn } from "../gate";
import { answered, asked, viewsOf } from "../standing";
import { fail } from "../result";
import { remedy, says, type Remedies } from "./remedy";

const words = (view: CommandView): string => view.kind.replaceAll("_", " ");
const isFinance = (view: CommandView): boolean => commandKinds[view.kind].lane === "finance";

/** A question's answer is what was wanted of it: that it was asked settles nothing, and to ask again does no harm. */
const isQuestion = (view: CommandView): boolean => view.kind === "determine_tax" || view.kind === "estimate_tax";

/** An answer was lost and no look-up can find out: a person searched the target and says what is there. */
export const outcomeKnown: Remedies = (input, trouble) =>
  input.commands.filter((view) => view.state === "unknown" && trouble.stops.includes(view.naturalKey)).flatMap((view) => {
    const evidence = { command: view.naturalKey, target: view.connector, reference: asked(view, "reference"), sentAt: view.firstSentAt, attempts: view.attempts, question: view.rejection?.message ?? null };
    const base = { target: view.naturalKey, amount: asked(view, "total") ?? asked(view, "amount"), currency: asked(view, "currency"), evidence };
    return [
      remedy({
        ...base, verb: "record", title: `Record ${words(view)} as done`, why: isQuestion(view) ? `What ${view.connector} answered is not known by that it was asked: ask it again` : null, effect: "Nothing is sent. The document of this number is read back, and counts once it agrees.", asks: ["reference"], permission: "decision.operations", resolution: "posted_by_hand",
        say: ({ reference }) => (reference ? says({ type: "command.decided", naturalKey: view.naturalKey, verdict: "posted_by_hand", reference }) : fail("INPUT", "Give the number of the document in the target")),
      }),
      remedy({
        ...base, verb: "confirm_absent", title: `Confirm that ${view.connector} does not have it`, effect: `${words(view)} is sent again under the same key. If it was there after all, it is there twice.`,
        permission: isFinance(view) ? "decision.finance" : "decision.operations", resolution: "fixed_and_verified",
        why: view.rejection?.code === "INV-05" ? "The target has several documents with our reference: record one of them" : null,
        say: () => says({ type: "command.decided", naturalKey: view.naturalKey, verdict: "confirm_absent" }),
      }),
    ];
  });

/** REL-01: the site said no to a request that it had taken. The same goods are asked for again, as the order is now. */
export const releaseAgain: Remedies = (input) => {
  const refused = latestOf(input.facts, "fulfilment.progressed").filter(({ data }) => data.state === "refused").map(({ data, occurredAt }) => ({ request: data.request, warehouse: data.warehouse, reason: data.reason ?? null, at: occurredAt }));
  const atOnce = viewsOf(input.commands, "release_to_warehouse").filter((view) => view.state === "confirmed" && view.result?.["state"] === "refused").map((view) => ({ request: view.slot, warehouse: answered(view, "warehouse") ?? view.connector, reason: answered(view, "reason"), at: view.confirmedAt ?? view.createdAt }));
  const all = new Map([...atOnce, ...refused].map((row) => [row.request, row]));
  return [...all.values()].flatMap((row) => {
    const key = viewsOf(input.commands, "release_to_warehouse", row.request)[0]?.naturalKey ?? naturalKey(input.subject.id, { kind: "release_to_warehouse", slot: row.request, sequence: 1 });
    if (decisionsOn(input.facts, key).some(({ data, occurredAt }) => data.verdict === "restart" && occurredAt > row.at)) return [];
    return [remedy({
      verb: "send_again", target: row.request, title: `Release ${row.request} again`, effect: `Asks ${row.warehouse} for the same goods in a new request.`, evidence: { ...row }, permission: "decision.operations", resolution: "fixed_and_verified",
      say: () => says({ type: "command.decided", naturalKey: key, verdict: "restart" }),
    })];
  });
};
