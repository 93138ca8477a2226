import { readFileSync } from "node:fs";
import path from "node:path";

export interface Transfer { payer: string; invoice: string; amount: string; /** The same one twice is one. */ id: string; /** A receipt of before that comes to nothing. */ reverses?: string }

/** A customer pays an invoice into our account at the simulated bank, by its number and in part or whole. */
export async function transfer(state: string, { payer, invoice, amount, id, reverses }: Transfer): Promise<void> {
  const { systems } = JSON.parse(readFileSync(path.join(state, "landscape.json"), "utf8")) as { systems: { name: string; url: string }[] };
  const bank = systems.find(({ name }) => name === "payments"), cents = (reverses === undefined ? 1 : -1) * Math.round(Number(amount) * 100), today = new Date().toISOString().slice(0, 10);
  const receipt = { booked_on: today, value_on: today, amount: cents, currency: "usd", payer: { name: payer, account_tail: "4471", debtor_reference: payer }, method: "ach", text: `Payment ${invoice}`, remittance: reverses === undefined ? [{ document: invoice, amount: cents }] : [], reversal_of: reverses ?? null };
  const answer = await fetch(`${bank?.url}/_control/bank-receipt`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ actionId: id, receipt }) });
  if (!answer.ok) throw new Error(`the bank answered ${answer.status}: ${await answer.text()}`);
}
