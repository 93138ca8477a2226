import { inFlight, type CommandView } from "../../commands";
import { dec, zero, type Decimal } from "../../decimal";
import { digestOf } from "../../decisions";
import { dayOf, type Instant } from "../../instant";
import { moneyText, roundMoney } from "../../money";
import type { CommandResults, TaxLine, TaxQuestion } from "../../payloads";
import { modeFor, type Policy } from "../../policy";
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
  /** False where the order has nothing to tax or no tax service serves it. */
  needed: boolean;
  pending: boolean;
  rejected: CommandView | null;
  /** Estimated tax of a line up to a quantity, or of a charge. */
  lineTax(line: string, quantity: Decimal): Decimal;
  chargeTax(charge: string, part?: Decimal): Decimal;
}

const chargeLine = (charge: string): string => `charge:${charge}`;

/** What the tax service is asked for this version of the order; null where nothing has a price. */
export function taxQuestion(record: OrderRecord, parties: Parties, lines: readonly SoldLine[], values: ReadonlyMap<string, LineValue>, charges: readonly OrderCharge[]): TaxQuestion | null {
  const { current } = record;
  const asked: TaxLine[] = [];
  for (const line of lines) {
    const net = line.removed ? zero : (values.get(line.id)?.upTo(line.quantity) ?? zero);
    if (net.isZero()) continue;
    asked.push({ line: line.id, item: line.item, taxCategory: line.master?.taxCategory ?? "goods", quantity: line.quantity.toFixed(), net: moneyText(net, current.currency) });
  }
  for (const charge of charges) asked.push({ line: chargeLine(charge.charge), item: null, taxCategory: charge.taxCategory, quantity: "1", net: moneyText(charge.ordered, current.currency) });
  if (asked.length === 0) return null;
  const question = { customer: parties.customer, shipTo: current.shipToAddress, currency: current.currency, taxDate: dayOf(current.placed), exempt: parties.billMaster?.taxExempt ?? parties.master?.taxExempt ?? false, lines: asked };
  return { reference: `${record.order}#${current.version}`, basis: digestOf(question), ...question };
}

/** Reads what the tax service has answered so far, from our command or from its own message. */
export function readEstimate(record: OrderRecord, question: TaxQuestion | null, policy: Policy): EstimateState {
  const commands = record.commands.get("estimate_tax") ?? [];
  const answers: { sequence: number; at: Instant; answer: Estimate }[] = [];
  for (const command of commands)
    if (command.state === "confirmed" && command.result?.lines) answers.push({ sequence: command.sequence, at: command.confirmedAt ?? command.createdAt, answer: command.result as unknown as Estimate });
  for (const fact of record.estimates) answers.push({ sequence: 0, at: fact.recordedAt, answer: { ...fact.data, kind: "estimate" } as Estimate });
  answers.sort((a, b) => a.sequence - b.sequence || a.at.localeCompare(b.at));
  const exact = question ? answers.findLast(({ answer }) => answer.basis === question.basis) : undefined;
  const latest = (exact ?? answers.at(-1))?.answer ?? null;
  const mine = commands.find((command) => command.sequence === record.current.version);
  return {
    question, answer: exact?.answer ?? null, latest, answeredAt: (exact ?? answers.at(-1))?.at ?? null,
    needed: question !== null && modeFor(policy, "tax", "order", record.current.placed) !== "observe",
    pending: mine !== undefined && inFlight(mine.state), rejected: mine?.state === "rejected" ? mine : null,
    ...shares(record, latest, question),
  };
}

/** Estimated tax goes by the cumulative rule too, so that the parts of a line add up to what was estimated. */
function shares(record: OrderRecord, latest: Estimate | null, question: TaxQuestion | null): Pick<EstimateState, "lineTax" | "chargeTax"> {
  const { currency } = record.current;
  const taxes = new Map((latest?.lines ?? []).map((line) => [line.line, dec(line.tax)]));
  const asked = new Map((question?.lines ?? []).map((line) => [line.line, { quantity: dec(line.quantity), net: dec(line.net) }]));
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
