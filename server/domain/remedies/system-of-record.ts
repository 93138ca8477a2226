import { fail } from "../result";
import { othersSay } from "../systems-of-record";
import { remedy, type Remedies } from "./remedy";

/** Another than the system of record spoke. Nobody here makes its word count: the systems say the same, or the rules name it. */
export const askSystemOfRecord: Remedies = (input, { message }) => (othersSay(input).every((other) => other.message !== message) ? [] : [remedy({
  verb: "take_source", target: input.subject.key, title: "Take what it says", effect: "Nothing: only the system of record is acted on.", evidence: { message }, permission: "decision.operations", resolution: "fixed_at_source",
  why: `The system of record must say the same, or the sender take it back${input.subject.kind === "receipt" ? "; money of its own comes under another number" : ""}. Whose word counts is a rule: it goes with the route.`, say: () => fail("STATE", "Ask the system of record"),
})]);
