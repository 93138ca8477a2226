import type { CommandView } from "../../commands";
import { exceptionCatalogue } from "../../exceptions";
import { holdCatalogue } from "../../holds";
import type { ExceptionFinding, HoldFinding } from "../../plan";
import type { BillingState } from "../../publications";
import type { Holder } from "../../stages";
import { viewsOf } from "../../standing";
import type { Story } from "./story";

/** Does this hold stand between the unit and its invoice? */
const stopsInvoice = (hold: HoldFinding): boolean => hold.blocks.includes("post_invoice") || (hold.blocks.includes("determine_tax") && (hold.rule === "MODE" || hold.rule === "MANUAL"));
const stopping = (exceptions: readonly ExceptionFinding[]): ExceptionFinding | undefined => exceptions.find((exception) => exception.stops.length > 0 && exception.stops.some((stop) => stop.startsWith("post_invoice") || stop.startsWith("determine_tax")));

type Known = Pick<Story, "input" | "trigger" | "standing" | "holds" | "exceptions">;

/** Where the unit's goods count in Q5: exception before held before in flight before waiting. */
export function bucketOf(story: Known): BillingState["bucket"] {
  if (story.standing.posted) return "posted";
  if (stopping(story.exceptions)) return "exception";
  if (story.trigger.state === "held" || story.holds.some(stopsInvoice)) return "held";
  return story.trigger.state === "waiting" ? "waiting" : "in_flight";
}

const under = (view: CommandView | undefined): Holder | null => (view?.state === "sending" || view?.state === "unknown" ? `target:${view.connector}` : null);

/** Exactly one holder, by the precedence of 2.4. */
export function holderOf(story: Known, bucket: BillingState["bucket"]): Holder {
  if (bucket === "posted") return "customer";
  const exception = stopping(story.exceptions);
  if (bucket === "exception" && exception) return exceptionCatalogue[exception.code].owner;
  if (bucket === "held") return ownerOf(story.holds.find(stopsInvoice));
  if (bucket === "waiting") return "carrier";
  const { commands } = story.input;
  return under(viewsOf(commands, "post_invoice").at(-1)) ?? (story.standing.closed ? targetOf(story) : (under(viewsOf(commands, "determine_tax").at(-1)) ?? "tower"));
}

/** Confirmed and not yet read back: the ball is the target's. */
const targetOf = (story: Known): Holder => (story.standing.view ? `target:${story.standing.view.connector}` : "tower");

const ownerOf = (hold: HoldFinding | undefined): Holder => (!hold || hold.rule === "MODE" ? "billing" : holdCatalogue[hold.rule].owner);

/** "Why is this not posted?" in one sentence; null once nothing is open. */
export function sentenceOf(story: Story): string | null {
  const exception = stopping(story.exceptions) ?? story.exceptions[0];
  if (story.bucket === "posted") {
    const waiting = story.holds[0];
    return exception?.message ?? waiting?.message ?? null;
  }
  if (story.bucket === "exception" && exception) return `Not posted: ${exception.message}`;
  if (story.bucket === "held") { const hold = story.holds.find(stopsInvoice); return hold ? `Held: ${hold.message} ${hold.releasedBy}` : "Held."; }
  if (story.trigger.state === "waiting") return story.trigger.wait.message;
  if (story.unit.mode === "observe") return "This unit is only observed: nothing is posted from here.";
  if (story.standing.closed) return story.standing.view?.state === "confirmed" ? "The invoice was accepted and is being read back." : "The invoice is on its way to the ledger.";
  return story.wanted ? "Ready to be posted." : "Waiting for the tax service.";
}
