import { localDay } from "../../calendar";
import { samePayload } from "../../commands";
import { dec, zero, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import type { Instant } from "../../instant";
import { moneyText, roundMoney } from "../../money";
import type { CommandResults, TaxLine, TaxQuestion } from "../../payloads";
import { modeFor, type BusinessCalendar, type Policy } from "../../policy";
import type { SoldLine } from "./lines/sold";
import type { LineValue } from "./lines/value";
import type { Parties } from "./parties";
import type { OrderRecord } from "./record";
import type { OrderCharge } from "./billing/charges";

export type Estimate = CommandResults["estimate_tax"];

export interface EstimateState {
  question: TaxQuestion | null;
  /** Answer to exactly this question. */
  answer: Estimate | null;
  /** Newest answer at all: what estimated amounts are taken from until the question is answered. */
  latest: Estimate | null;
  answeredAt: Instant | null;
  /** When this version of the order was first asked about: from then on the tax service has the ball. */
  askedAt: Instant | null;
  /** False where the order has nothing to tax or no tax service serves it. */
  needed: boolean;
  /** Everything that is to be taxed has an estimate, of this question or of an older one. */
  complete: boolean;
  /** What a final tax may be compared with (P18); null where another address explains any difference, or something was never estimated. */
  comparable: Estimate | null;
  /** Estimated tax of a line up to a quantity, or of a charge. */
  lineTax(line: string, quantity: Decimal): Decimal;
  chargeTax(charge: string, part?: Decimal): Decimal;
}

const chargeLine = (charge: string): string => `charge:${charge}`;

/** What the tax service is asked for the order as it is understood now; null where nothing understood has a price. */
export function taxQuestion(record: OrderRecord, parties: Parties, lines: readonly SoldLine[], values: ReadonlyMap<string, LineValue>, charges: readonly OrderCharge[], calendar: Pick<BusinessCalendar, "zone">): TaxQuestion | null {
  const { current } = record;
  const asked: TaxLine[] = [];
  for (const line of lines) {
    const net = line.removed || line.problems.some(({ code }) => code.startsWith("MAP")) ? zero : (values.get(line.id)?.upTo(line.quantity) ?? zero);
    if (net.isZero()) continue;
    asked.push({ line: line.id, item: line.item, taxCategory: line.master?.taxCategory ?? "goods", quantity: line.quantity.toFixed(), net: moneyText(net, current.currency) });
  }
  for (const charge of charges) asked.push({ line: chargeLine(charge.charge), item: null, taxCategory: charge.taxCategory, quantity: "1", net: moneyText(charge.ordered, current.currency) });
  if (asked.length === 0) return null;
  const question = { customer: parties.customer, shipTo: current.shipToAddress, currency: current.currency, taxDate: localDay(calendar, current.placed), exempt: parties.billMaster?.taxExempt ?? parties.master?.taxExempt ?? false, lines: asked };
  return { reference: `${record.order}#${current.version}`, basis: digestOf(question), ...question };
}

interface Answered { sequence: number; at: Instant; answer: Estimate; asked: TaxQuestion | null }

/** Answers of the tax service so far, to our command or in a message of its own, oldest question first. */
function answersOf(record: OrderRecord): Answered[] {
  const answers: Answered[] = record.estimates.map((fact) => ({ sequence: 0, at: fact.recordedAt, answer: { ...fact.data, kind: "estimate" } as Estimate, asked: null }));
  for (const command of record.commands.get("estimate_tax") ?? [])
    if (command.state === "confirmed" && command.result?.lines) answers.push({ sequence: command.sequence, at: command.confirmedAt ?? command.createdAt, answer: command.result as unknown as Estimate, asked: command.payload as unknown as TaxQuestion });
  return answers.sort((a, b) => a.sequence - b.sequence || a.at.localeCompare(b.at));
}

const askedAt = ({ commands, currentRecordedAt }: OrderRecord): Instant | null => (commands.get("estimate_tax") ?? []).map(({ createdAt }) => createdAt).filter((at) => at >= currentRecordedAt).sort()[0] ?? null;

/** Estimated tax of the order: by the answer to today's question, until it comes by the newest answer there is. */
export function readEstimate(record: OrderRecord, question: TaxQuestion | null, policy: Policy): EstimateState {
  const answers = answersOf(record);
  const exact = question ? answers.findLast(({ answer }) => answer.basis === question.basis) : undefined;
  const newest = exact ?? answers.at(-1);
  const latest = newest?.answer ?? null;
  const known = new Set(latest?.lines.map(({ line }) => line));
  const complete = latest !== null && (question?.lines ?? []).every(({ line }) => known.has(line));
  const moved = !exact && newest?.asked != null && !samePayload(newest.asked.shipTo, question?.shipTo);
  return {
    question, answer: exact?.answer ?? null, latest, answeredAt: newest?.at ?? null, askedAt: askedAt(record),
    needed: question !== null && modeFor(policy, "tax", "order", record.current.placed) !== "observe",
    complete, comparable: complete && !moved ? latest : null,
    ...shares(record, latest, exact ? question : (newest?.asked ?? question), question),
  };
}

/**
 * Estimated tax goes by the cumulative rule too, so that the parts of a line add up to what was estimated. An answer to an
 * older question stands for today's amounts at its own rates.
 */
function shares(record: OrderRecord, latest: Estimate | null, answered: TaxQuestion | null, question: TaxQuestion | null): Pick<EstimateState, "lineTax" | "chargeTax"> {
  const { currency } = record.current;
  const asked = new Map((question?.lines ?? []).map((line) => [line.line, { quantity: dec(line.quantity), net: dec(line.net) }]));
  const netThen = new Map(answered === question ? [] : (answered?.lines ?? []).map((line) => [line.line, dec(line.net)]));
  const taxes = new Map((latest?.lines ?? []).map(({ line, tax }) => {
    const then = netThen.get(line), now = asked.get(line)?.net;
    return [line, then === undefined || now === undefined || then.isZero() || then.eq(now) ? dec(tax) : roundMoney(dec(tax).times(now).div(then), currency)];
  }));
  return {
    lineTax: (line, quantity) => {
      const tax = taxes.get(line), ordered = asked.get(line)?.quantity ?? zero;
      return tax === undefined || quantity.isZero() || ordered.isZero() ? zero : quantity.eq(ordered) ? tax : roundMoney(tax.times(quantity).div(ordered), currency);
    },
    chargeTax: (charge, part) => {
      const tax = taxes.get(chargeLine(charge)), whole = asked.get(chargeLine(charge))?.net ?? zero;
      if (tax === undefined) return zero;
      return part === undefined || part.eq(whole) || whole.isZero() ? tax : roundMoney(tax.times(part).div(whole), currency);
    },
  };
}
