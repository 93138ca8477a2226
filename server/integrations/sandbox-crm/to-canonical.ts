import { ok } from "@/server/domain/result";
import type { Translation, TranslationInput } from "../contract/connector";
import { said, subjectOfForeignKey, textOf, toEvents } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { CrmSettings } from "./config";
import { message } from "./wire";

/** Whether the customer's channel took an invoice. `Accepted` says only that Kindred will try. */
export function toCanonical(input: TranslationInput<CrmSettings>): Translation {
  const read = readJson(textOf(input.body), message);
  if (!read.ok) return read;
  const { ExternalId, Status, RelatedTo, FailureReason, LastModifiedDate } = read.value;
  const subject = subjectOfForeignKey(ExternalId);
  if (!subject || !ExternalId?.startsWith("send_invoice|") || subject.entity !== input.entity) return ok({ events: [], excluded: "a message that is no invoice of ours" });
  if ((Status !== "Delivered" && Status !== "Bounced") || !RelatedTo) return ok({ events: [], excluded: `a message in state ${Status}` });
  const channel = ExternalId.split("|")[2] || "email";
  return toEvents(input, [said({
    type: "invoice.delivered", at: LastModifiedDate, subject,
    data: { invoice: RelatedTo, channel, state: Status === "Delivered" ? "sent" : "bounced", at: LastModifiedDate, ...(FailureReason ? { reason: FailureReason.slice(0, 300) } : {}) },
  })]);
}
