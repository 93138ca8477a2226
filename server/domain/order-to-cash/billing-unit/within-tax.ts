import { isAllowance } from "../../allowance";
import { samePayload } from "../../commands";
import { dec, min, sumOf, zero } from "../../decimal";
import type { PlanInput } from "../../plan";
import { viewsOf } from "../../standing";
import { answerTo, taxLines } from "./tax";
import type { Unit } from "./unit";

/**
 * The unit as it can be billed. The order gives it its allowance by the estimated tax; by the tax that the service answers for
 * this content it may take more than there is to pay, be it by the cents of lines that are rounded one by one. It takes that much
 * less, and is asked anew: nothing is billed below nothing (decision 19). The order hears of it with the freeze, as what that invoice had no room for.
 */
export function withinItsTax(input: Pick<PlanInput, "commands" | "facts">, unit: Unit): Unit {
  const last = unit.charges.findLast(isAllowance);
  if (!last) return unit;
  const view = viewsOf(input.commands, "determine_tax", "").findLast(({ payload }) => samePayload(payload["lines"], taxLines(unit)) && samePayload(payload["shipTo"], unit.head.shipTo));
  const answer = view ? answerTo(input.facts, view) : null;
  const beyond = answer ? unit.net.plus(unit.chargesTotal).plus(answer.total).neg() : zero;
  if (beyond.lte(zero)) return unit;
  const left = dec(last.amount).plus(min(beyond, dec(last.amount).abs()));
  const terms = unit.terms.map((row) => ({ ...row, data: { ...row.data, charges: row.data.charges.map((charge) => (row.data.order === last.order && charge.charge === last.charge ? { ...charge, amount: left.toFixed() } : charge)) } }));
  const charges = unit.charges.flatMap((charge) => (charge !== last ? [charge] : left.isZero() ? [] : [{ ...charge, amount: left.toFixed() }]));
  return withinItsTax(input, { ...unit, terms, charges, chargesTotal: sumOf(charges, ({ amount }) => dec(amount)) });
}
