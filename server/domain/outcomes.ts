import { codeHasCome } from "./awaited-codes";
import { naturalKey, type CommandKind, type CommandView } from "./commands";
import { exceptionCatalogue, type ExceptionCode, type FingerprintKey } from "./exceptions";
import { decisionsOn } from "./gate";
import { addMs, minutes, type Instant } from "./instant";
import type { ExceptionFinding, PlanInput } from "./plan";
import type { WantedCommand } from "./commands";

/** What a refusal means where the connector gives no code of ours: by kind of document (domain reference 3.2). */
const refused: Partial<Record<CommandKind, ExceptionCode>> = {
  determine_tax: "TAX-01", estimate_tax: "TAX-01", commit_tax: "TAX-02", void_tax: "TAX-02", return_tax: "TAX-02", send_invoice: "INV-06",
  capture_payment: "PAY-03", reverse_receipt: "PAY-03", refund_payment: "REF-01", post_refund: "REF-01", reverse_refund: "REF-01", notify_shipment: "TEC-03", update_stock: "TEC-03", release_to_warehouse: "REL-01",
};

/** An unknown outcome that look-up has not settled by then is for a person (TEC-04). */
const unknownForTooLong = minutes(30);

const isCode = (value: string): value is ExceptionCode => Object.hasOwn(exceptionCatalogue, value);

/** `INV-01` or `INV-01:customer_blocked`: our code, and what explains it in the target's own words. Anything else is all detail, of the code that the kind of document has. */
export function readCode(raw: string, otherwise: ExceptionCode): { code: ExceptionCode; detail: string | undefined } {
  const [head = "", ...rest] = raw.split(":");
  if (isCode(head)) return { code: head, detail: rest.length > 0 ? rest.join(":") : undefined };
  return { code: otherwise, detail: raw === "" ? undefined : raw };
}
const codeOf = (view: CommandView) => readCode(view.rejection?.code ?? "", refused[view.kind] ?? "INV-01");

export interface OutcomeContext { customer?: string; currency: string; amountOf(view: CommandView): string }

/** Exceptions that the answers to this subject's commands are: refused, or unknown and beyond look-up. They stop that command. */
export function outcomeExceptions(input: PlanInput, wanted: readonly WantedCommand[], context: OutcomeContext): ExceptionFinding[] {
  const named = new Set(wanted.map((command) => naturalKey(input.subject.id, command)));
  const found: ExceptionFinding[] = [];
  for (const view of input.commands) {
    const since: Instant = view.rejection?.at ?? view.firstSentAt ?? view.createdAt;
    const base = { stops: [view.naturalKey], amount: context.amountOf(view), currency: context.currency, since };
    if (view.state === "rejected" && named.has(view.naturalKey) && !reopens(input, view)) {
      const { code, detail } = codeOf(view);
      const fingerprint: FingerprintKey = { connector: view.connector, ...(context.customer && !code.startsWith("MAP-") ? { customer: context.customer } : {}), ...(detail ? { code: detail } : {}) };
      const message = view.rejection?.message ?? "no reason given";
      found.push({ ...base, code, fingerprint, message: code === "TEC-05" ? `${words(view.kind)} to ${view.connector}: ${message}` : `${view.connector} refused ${words(view.kind)}: ${message}` });
      continue;
    }
    const doubt = doubtOf(view, input.now);
    if (doubt) found.push({ ...base, ...doubt, fingerprint: { connector: view.connector } });
  }
  return found;
}

/** A lost answer that look-up has not settled in time, or never can: a person's matter. Null as long as it is not. */
export function doubtOf(view: CommandView, now: Instant): Pick<ExceptionFinding, "code" | "message" | "since"> | null {
  const since: Instant = view.rejection?.at ?? view.firstSentAt ?? view.createdAt;
  if (view.state !== "unknown" || (view.rejection === null && addMs(since, unknownForTooLong) > now)) return null;
  const code = view.rejection ? codeOf(view).code : "TEC-04";
  return { code, since, message: `Nobody knows whether ${view.connector} took ${words(view.kind)}: ${view.rejection?.message ?? "the answer was lost and look-up has not found it"}` };
}

const words = (kind: CommandKind): string => kind.replaceAll("_", " ");

/** Refused commands that a person sent on their way again after the refusal (each decision counts once), or that only lacked a code which has been mapped since. */
export const reopenedOf = (input: PlanInput): string[] => input.commands.filter((view) => view.state === "rejected" && reopens(input, view)).map((view) => view.naturalKey);

function reopens(input: PlanInput, view: CommandView): boolean {
  if (codeHasCome(input.reference, view)) return true;
  const again = decisionsOn(input.facts, view.naturalKey).filter(({ data }) => data.verdict === "retry" || data.verdict === "restart" || data.verdict === "release");
  const refusedAt = view.rejection?.at;
  return refusedAt !== undefined ? again.some(({ occurredAt }) => occurredAt >= refusedAt) : again.length > 0 && again.length >= view.attempts;
}

/** When an unknown outcome becomes a person's matter, so that the subject is looked at again then; one that is already has no such time. */
export const unknownReviews = (commands: readonly CommandView[], now: Instant): Instant[] =>
  commands.filter((view) => view.state === "unknown" && view.rejection === null).map((view) => addMs(view.firstSentAt ?? view.createdAt, unknownForTooLong)).filter((at) => at > now);
