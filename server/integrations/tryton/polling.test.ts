import { conformsWhenPolled, mark, type Polled, type Row, type Source } from "../contract/testing/conforms-when-polled";
import type { Setup } from "../contract/testing/conformance";
import { tryton } from ".";
import answers from "./fixtures/answers.json";
import stock from "./fixtures/stock.json";
import { datetime, toDatetime, toDecimal } from "./wire";

const setup: Setup = { connector: tryton, settings: { login: "ledgerline", company: 1, uses: "both" }, secrets: { password: "pw-very-secret-1" }, codes: {} };
type Record_ = Readonly<Record<string, unknown>>;
type Tables = Readonly<Record<string, (source: Source) => readonly Record_[]>>;

/** Whether a row fits a domain as Tryton reads it: all of its clauses, or one of those behind "OR". Of a field that these rows do not have nothing is asked. */
function fits(row: Record_, domain: unknown): boolean {
  if (!Array.isArray(domain)) return true;
  const [first, operator, value] = domain as [unknown, string, unknown];
  if (first === "OR") return domain.slice(1).some((clause) => fits(row, clause));
  if (typeof first !== "string") return domain.every((clause) => fits(row, clause));
  if (!(first in row)) return true;
  const plain = (one: unknown): unknown => { const moment = datetime.safeParse(one); return moment.success ? moment.data : one; }, its = plain(row[first]), wanted = plain(value);
  switch (operator) {
    case "=": return its === wanted;
    case "!=": return its !== wanted;
    case ">": return its !== null && (its as number) > (wanted as number);
    case ">=": return its !== null && (its as string) >= (wanted as string);
    case "in": return (wanted as unknown[]).includes(its);
    default: return true;
  }
}
/** Tryton with these tables: rows by id, as many as are asked for. */
const tryTables = (tables: Tables, more: Partial<Polled> = {}): Polled => ({
  lists: "changes", page: 3, settings: { pageSize: 3 },
  vendor: (source) => ({ body }) => {
    const { method, params } = JSON.parse(body) as { method: string; params: [unknown, number, number] }, table = tables[method.slice("model.".length, -".search_read".length)];
    if (method === "common.db.login") return { body: { id: 1, result: [2, "5e55104e5e55104e"] } };
    if (method === "model.ir.date.today") return { body: { id: 1, result: { __class__: "date", year: 2026, month: 11, day: 23 } } };
    const [domain, , limit] = params, rows = table?.(source) ?? (answers.reads as Record<string, readonly Record_[]>)[method.slice("model.".length, -".search_read".length)] ?? [];
    return { body: { id: 1, result: rows.filter((row) => fits(row, domain)).slice(0, limit) } };
  },
  ...more,
});

const old = toDatetime("2026-01-01T00:00:00.000Z"), settled = { create_date: old, write_date: null };
/** A row that was never written has a create date only. */
const stamped = ({ id, revision, at }: Row): Record_ => ({ id, create_date: revision === 1 ? toDatetime(at) : old, write_date: revision === 1 ? null : toDatetime(at) });
const all = (worded: (row: Row) => object, dates = stamped) => (source: Source): Record_[] => source.rows.map((row) => ({ ...worded(row), ...dates(row) }));
const untouched = (row: Row): Record_ => ({ id: row.id, ...settled });

const party = (row: Row): object => ({ ...answers.reads["party.party"][0], id: row.id, code: `C-${row.id}`, name: mark(row), receivable: toDecimal(`${row.revision}.00`) });
const item = (row: Row): object => ({ code: `I-${row.id}`, name: mark(row), active: true, template: row.id, "default_uom.": { symbol: "u" }, "template.": settled });
const [shipped] = stock.reads["stock.shipment.out"], [move] = stock.reads["stock.move"], [note] = stock.reads["ir.note"];
const noted = (id: number): Record_ => ({ ...note, id, resource: `stock.shipment.out,${id}` });
const moved = (row: Row, shipment: string, more: object = {}): object => ({ ...move, id: 1000 + row.id, ...settled, shipment, ...more });
const request = (row: Row): object => ({ ...shipped, number: mark(row), reference: `rel|US01|N-${row.id}|N-${row.id}-R1|s1`, state: row.revision === 1 ? "assigned" : "picked" });
const states = ["received", "done"];

conformsWhenPolled("Tryton", setup, {
  customers: tryTables({ "party.party": all((row) => party(row)) }),
  items: tryTables({ "product.template": all(() => ({})), "product.product": all((row) => ({ ...item(row), "template.": stamped(row) }), untouched) }),
  variants: tryTables({ "product.product": all(item) }),
  credit: tryTables({ "account.move.line": all((row) => ({ party: row.id })), "party.party": all(party) }),
  documents: tryTables({ "account.invoice": all((row) => ({ ...answers.reads["account.invoice"][0], ...stamped(row), number: `INV-${row.id}`, reference: `post_invoice|US01:billing_unit:S${row.id}/D1/USD/N30/p1||1`, comment: mark(row), total_amount: toDecimal(`${100 + row.revision}.00`), move: row.id })) }),
  // a calendar is told whole, and one answer of Tryton holds a thousand rows
  periods: tryTables({ "account.period": all((row) => ({ name: mark(row), start_date: { __class__: "date", year: 1900 + row.id, month: 1, day: 1 }, end_date: { __class__: "date", year: 1900 + row.id, month: 12, day: 31 }, state: row.revision === 1 ? "open" : "close" })) }, { lists: "whole", page: 1000, few: true }),
  shipments: tryTables({ "stock.shipment.out": all(request), "stock.move": all((row) => moved(row, `stock.shipment.out,${row.id}`)), "ir.note": (source) => source.rows.map(({ id }) => noted(id)) }),
  returns: tryTables({
    "stock.shipment.out.return": all((row) => ({ ...shipped, number: String(row.id), reference: `RMA-${row.id} N-1 ${mark(row)}`, state: states[row.revision - 1] ?? "done" })), "stock.shipment.out": () => [{ ...shipped, id: 1 }], "ir.note": () => [noted(1)],
    "stock.move": all((row) => moved(row, `stock.shipment.out.return,${row.id}`, { origin: null, "from_location.": { type: "customer" }, "to_location.": { type: "storage" } })),
  }),
  // every change of stock is a move; told is what there is then of what was moved
  moves: tryTables({ "stock.move": all((row) => ({ shipment: null, product: row.id })), "stock.location": () => [{ id: 5, code: "WH" }], "product.product": all((row) => ({ code: `I-${row.id}`, quantity: row.revision }), untouched) }, {
    told: ({ body }) => { const { item: code, onHand } = JSON.parse(new TextDecoder().decode(body)) as { item: string; onHand: string }; return [mark({ id: Number(code.slice(2)), revision: Number(onHand), at: "" })]; },
  }),
});
