import { canonicalJson } from "../../domain/commands";
import { drifts, prove, type Proof } from "../../domain/conservation/evaluate";
import { proveLedger, type OpenBalance } from "../../domain/conservation/ledger";
import type { Books } from "../../domain/conservation/rows";
import { dec, sumOf, type Decimal } from "../../domain/decimal";
import type { SubjectId } from "../../domain/subject";
import { currentSlices, movementRows, type SubjectState } from "./store";
import type { World } from "./world";

/** What books are read from: a world, or whatever else keeps plans and has a ledger. */
export interface Booked {
  store: { subjects: ReadonlyMap<SubjectId, Pick<SubjectState, "ref" | "plan" | "movements" | "slices">> };
  erp: World["erp"]; delivery: Pick<World["delivery"], "down">;
}

/** The world's rows as conservation reads them. */
export const booksOf = (world: Booked): Books => ({ movements: movementRows(world.store), slices: currentSlices(world.store), connectorsDown: world.delivery.down });

const shown = (proof: Proof): string =>
  `${proof.equation} ${proof.subject ?? ""} ${proof.line}: ${proof.left} ≠ ${proof.right} [${proof.terms.map((term) => `${term.side === "left" ? "" : "| "}${term.name} ${term.value} (${term.documents.map((row) => `${row.document} ${row.value}`).join(", ")})`).join("; ")}]`;

/** Every drift in one line each, for a test's message; empty is what every reachable state must give. */
export const driftsOf = (world: Booked): string[] => drifts(prove(booksOf(world))).map(shown);

/** Every invoice, debit, credit and receipt one by one: what the tower says is open of it is what the simulated ledger has open. For a world at rest. */
function openItemDrifts(world: Booked): string[] {
  const drifts: string[] = [];
  const compare = (what: string, here: Decimal, there: Decimal) => { if (!here.eq(there)) drifts.push(`${what}: ${here.toFixed(2)} open here, ${there.toFixed(2)} in the ledger`); };
  const collected = [...world.store.subjects.values()].flatMap(({ plan }) => (plan?.slices ?? []).filter(({ stage }) => stage === "collect"));
  /** A debit is collected by its billing unit, whoever posted it. */
  const owed = (number: string) => sumOf(collected.filter(({ document }) => document === number), ({ amount }) => dec(amount));
  for (const state of world.store.subjects.values()) {
    const { kind, key, id } = state.ref;
    const documents = world.erp.documents.filter((entry) => entry.subject === id && !entry.voided);
    for (const entry of documents.filter((row) => row.kind !== "credit")) compare(`${entry.kind} ${entry.number}`, owed(entry.number), world.erp.open(entry.number));
    const credits = documents.filter((entry) => entry.kind === "credit");
    if (credits.length > 0) compare(`credit ${credits.map((entry) => entry.number).join(", ")}`, sumOf((state.plan?.slices ?? []).filter(({ stage }) => stage === "credit_settle"), (slice) => dec(slice.amount)), sumOf(credits, (entry) => world.erp.open(entry.number)));
    const receipt = kind === "receipt" ? world.erp.receipts.get(key) : undefined;
    if (receipt) compare(`receipt ${key}`, sumOf(state.movements.filter((row) => row.term === "unapplied" || row.term === "deposit"), (row) => dec(row.amount)), receipt.amount.minus(receipt.applied));
  }
  return drifts;
}

/** M8 against the simulated ledger: open invoices, open credits and posted money not applied, by bill-to, and every open item by itself. For a world at rest. */
export function ledgerDrifts(world: Booked): string[] {
  const items: OpenBalance[] = [];
  for (const state of world.store.subjects.values()) {
    const { kind, key } = state.ref, summary = state.plan?.summary;
    const billTo = summary?.customer ?? "";
    for (const slice of state.plan?.slices ?? []) {
      if (kind === "billing_unit" && slice.stage === "collect") items.push({ billTo, currency: slice.currency, kind: "invoice", document: slice.document ?? key, open: slice.amount });
      if (slice.stage === "credit_settle") items.push({ billTo, currency: slice.currency, kind: "credit", document: slice.document ?? key, open: slice.amount });
    }
    if (kind !== "receipt") continue;
    for (const row of state.movements) if (row.term === "unapplied" || row.term === "deposit") items.push({ billTo: world.erp.receipts.get(key)?.payer ?? billTo, currency: row.currency, kind: "unapplied", document: key, open: row.amount });
  }
  return [...openItemDrifts(world), ...proveLedger(items, world.erp.balances()).filter((proof) => proof.residual !== "0").map((proof) => `M8 ${proof.billTo} in ${proof.currency}: ${proof.invoices} − ${proof.credits} − ${proof.unapplied} ≠ ${proof.ledger} (${proof.documents.join(", ")})`)];
}

/** Everything that a plan writes, as text: two equal pictures mean that a plan added nothing. */
export function picture(world: World): string {
  return [...world.store.subjects.values()].map((state) => [
    state.ref.id, state.facts.length, state.publicationCounter, state.movements.length,
    [...state.commands.values()].map((row) => `${row.naturalKey} ${row.state} ${row.attempts} ${canonicalJson(row.payload)}`).sort().join("\n"),
    state.slices.filter((slice) => slice.validTo === null).map((slice) => canonicalJson(slice)).sort().join("\n"),
    canonicalJson(state.plan?.holds ?? []), canonicalJson(state.plan?.exceptions ?? []),
  ].join("\n")).sort().join("\n\n");
}
