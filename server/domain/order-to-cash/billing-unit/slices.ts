import { addBusinessMinutes, deliveryDue, instantOn } from "../../calendar";
import { creditHolder } from "../../credit-application";
import { dec, sumOf, text, zero, type Decimal } from "../../decimal";
import { exceptionCatalogue } from "../../exceptions";
import { addDays, addMs, minutes, type Day, type Instant } from "../../instant";
import { openCredits } from "../../lateness";
import { moneyText } from "../../money";
import type { OpenBucket, Slice } from "../../movements";
import type { Stage } from "../../stages";
import { viewsOf } from "../../standing";
import type { Story } from "./story";
import { expectedOn } from "./trigger";
import { chargeKey } from "./unit";

/** The unit's parts of W, H, E and F by line and charge until posted (Q5, M2), then what is to be sent and collected. */
export const slicesOf = (story: Story): Slice[] => (story.standing.posted ? afterPosting(story) : beforePosting(story));

function beforePosting(story: Story): Slice[] {
  const { unit, taxed } = story;
  if (story.bucket === "posted") return [];
  const place = stageOf(story);
  const common = { ...place, bucket: story.bucket as OpenBucket, currency: unit.currency, holder: story.holder, document: unit.head.shipment };
  const money = (value: Parameters<typeof moneyText>[0]) => moneyText(value, unit.currency);
  const lines = unit.lines.filter((line) => !line.free).map((line): Slice => ({
    ...common, key: line.key, line: `${line.order}/${line.line}`, quantity: text(dec(line.quantity)), amount: money(dec(line.net)), charges: money(zero), tax: money(taxed?.answer ? taxed.tax(line.key) : dec(line.estimatedTax)),
  }));
  const charges = unit.charges.map((charge): Slice => ({
    ...common, key: chargeKey(charge), line: chargeKey(charge), quantity: "0", amount: money(zero), charges: money(dec(charge.amount)), tax: money(taxed?.answer ? taxed.tax(chargeKey(charge)) : zero),
  }));
  return [...lines, ...charges];
}

/** `bill_wait` until the trigger, `bill_control` until tax and holds are done, then `post` (2.3). */
function stageOf(story: Story): { stage: Stage; since: Instant; dueAt: Instant | null } {
  const { unit, trigger, input } = story;
  if (trigger.state !== "due") {
    return { stage: "bill_wait", since: unit.head.shippedAt, dueAt: deliveryDue(input.policy.calendar, expectedOn(input.policy.calendar, unit.head)) };
  }
  const ready = story.standing.view?.createdAt;
  if (ready && story.bucket === "in_flight") return { stage: "post", since: ready, dueAt: addMs(ready, minutes(5)) };
  return { stage: "bill_control", since: trigger.at, dueAt: addBusinessMinutes(input.policy.calendar, trigger.at, 240) };
}

function afterPosting(story: Story): Slice[] {
  const { unit, standing, receivable, followUp, input } = story;
  const { posted } = standing;
  if (!posted) return [];
  const money = (value: Parameters<typeof moneyText>[0]) => moneyText(value, unit.currency);
  const base = { line: "", quantity: "0", charges: money(zero), tax: money(zero), currency: unit.currency, bucket: null, document: posted.number };
  const slices: Slice[] = [];
  if (!followUp.sentAt && unit.mode !== "observe") {
    const view = viewsOf(input.commands, "send_invoice").at(-1);
    const holder = story.exceptions.some((exception) => exception.code === "INV-06") ? "billing" : view && (view.state === "sending" || view.state === "unknown") ? (`target:${view.connector}` as const) : "tower";
    slices.push({ ...base, key: "send", stage: "send", amount: money(posted.total), holder, since: posted.postedAt, dueAt: addBusinessMinutes(input.policy.calendar, posted.postedAt, 60) });
  }
  const collect = (key: string, document: string, open: Decimal, since: Instant, dueDate: Day) => {
    if (!open.isZero()) slices.push({ ...base, key, document, stage: "collect", amount: money(open), holder: "customer", since, dueAt: instantOn(input.policy.calendar, addDays(dueDate, 1), 0) });
  };
  collect("collect", posted.number, receivable.invoiceOpen, posted.postedAt, posted.dueDate);
  for (const { debit, open, postedAt, dueDate } of receivable.debits) collect(`collect/${debit}`, debit, open, postedAt, dueDate);
  const credited = sumOf(receivable.credits.filter(({ debit }) => !debit), ({ payload }) => dec(payload.total)).minus(receivable.creditsApplied).minus(story.settled.refunded);
  const refused = story.exceptions.find(({ stops }) => stops.some((name) => name.startsWith("apply_credit")));
  const own = receivable.credits.filter(({ debit }) => !debit), last = own.at(-1)?.view;
  slices.push(...openCredits(input, own, credited, { currency: unit.currency, document: last?.reference ?? last?.slot ?? posted.number, holder: refused ? exceptionCatalogue[refused.code].owner : creditHolder(input, story.settled.ownCredits) }));
  return slices;
}
