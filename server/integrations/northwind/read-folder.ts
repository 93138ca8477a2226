import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { fail, ok, type Result } from "@/server/domain/result";

const text = z.string();
const named = text.min(1, "is empty");
/** Local time without a zone, with or without its clock. */
const isTime = (value: string): boolean => /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(value) && new Date(`${value.replace(" ", "T")}Z`).toJSON()?.slice(0, 10) === value.slice(0, 10);
const isNumber = (value: string): boolean => /^-?\d{1,15}(\.\d{1,6})?$/.test(value);
const time = text.refine(isTime, "is no time, such as 2006-01-31 00:00:00");
const number = text.refine(isNumber, "is no number");
const orNothing = (one: z.ZodString): z.ZodString => z.string().refine((value) => value === "" || one.safeParse(value).success, { error: (issue) => one.safeParse(issue.input).error?.issues[0]?.message ?? "does not fit" });
const orderRow = z.looseObject({
  id: named, customer_id: named, order_date: time, shipped_date: orNothing(time), ship_name: text, ship_address: text, ship_city: text, ship_state_province: text, ship_zip_postal_code: text,
  shipping_fee: orNothing(number), taxes: orNothing(number), payment_type: text, paid_date: orNothing(time), status_id: text,
});
const lineRow = z.looseObject({ id: named, order_id: named, product_id: named, quantity: number, unit_price: number, discount: orNothing(number), status_id: text, inventory_id: text });
const invoiceRow = z.looseObject({ id: named, order_id: named, invoice_date: time, due_date: orNothing(time), tax: orNothing(number), shipping: orNothing(number), amount_due: orNothing(number) });
const productRow = z.looseObject({ id: named, product_code: text, product_name: text, discontinued: text });
const customerRow = z.looseObject({ id: named, company: text });
const stockRow = z.looseObject({ id: named, transaction_type: text, product_id: text, quantity: number });
const namedRow = z.looseObject({ id: text });

/** The tables of the sample database that tell of sales; purchase tables are read once purchasing is built. */
export interface NorthwindTables {
  orders: z.infer<typeof orderRow>[]; lines: z.infer<typeof lineRow>[]; invoices: z.infer<typeof invoiceRow>[]; products: z.infer<typeof productRow>[];
  customers: z.infer<typeof customerRow>[]; stock: z.infer<typeof stockRow>[]; statuses: z.infer<typeof namedRow>[];
}

/** A table with what it is called in errors. */
interface Table<Row> { file: string; rows: Row[] }
/** How a row is found again in its file: the first line is the header. */
const place = (file: string, index: number): string => `${file}, row ${index + 2}`;

/** @throws with the file and the first row that does not fit */
function readTable<Shape extends z.ZodRawShape>(folder: string, name: string, row: z.ZodObject<Shape, z.core.$loose>): Table<z.infer<typeof row>> {
  const file = [`${name}.csv`, `${name}.csv.gz`].map((candidate) => path.join(folder, candidate)).find(existsSync);
  if (file === undefined) throw new Error(`${path.join(folder, name)}.csv or .csv.gz is missing`);
  const bytes = readFileSync(file);
  let header: string[] = [];
  const said = (): unknown[] => parse(file.endsWith(".gz") ? gunzipSync(bytes) : bytes, { columns: (columns: string[]) => (header = columns), skip_empty_lines: true, bom: true });
  let rows: unknown[];
  try { rows = said(); } catch (error) { throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }); }
  const missing = Object.keys(row.shape).find((column) => !header.includes(column));
  if (missing !== undefined) throw new Error(`${file}: the column ${missing} is missing`);
  return {
    file, rows: rows.map((value, index) => {
      const parsed = row.safeParse(value);
      if (!parsed.success) throw new Error(`${place(file, index)}: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}`);
      return parsed.data;
    }),
  };
}

/** What tells of an order that is not here could be told of nothing: it would be lost. @throws with its file and row */
function mustBelong({ file, rows }: Table<{ order_id: string }>, orders: ReadonlySet<string>): void {
  const index = rows.findIndex(({ order_id: order }) => !orders.has(order));
  if (index >= 0) throw new Error(`${place(file, index)}: its order ${rows[index]?.order_id ?? ""} is not among the orders`);
}

/** Reads `<table>.csv` or `<table>.csv.gz` of a folder, all of it or nothing. Errors name the file and the first row that does not fit. */
export function readNorthwind(folder: string): Result<NorthwindTables> {
  try {
    const orders = readTable(folder, "orders", orderRow), lines = readTable(folder, "order_details", lineRow), invoices = readTable(folder, "invoices", invoiceRow);
    const known = new Set(orders.rows.map(({ id }) => id));
    mustBelong(lines, known);
    mustBelong(invoices, known);
    return ok({
      orders: orders.rows, lines: lines.rows, invoices: invoices.rows, products: readTable(folder, "products", productRow).rows, customers: readTable(folder, "customers", customerRow).rows,
      stock: readTable(folder, "inventory_transactions", stockRow).rows, statuses: readTable(folder, "orders_status", namedRow).rows,
    });
  } catch (error) { return fail("IMPORT", error instanceof Error ? error.message : String(error)); }
}
