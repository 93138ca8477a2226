import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { fail, ok, type Result } from "@/server/domain/result";

const text = z.string();
const orderRow = z.looseObject({
  id: text, customer_id: text, order_date: text, shipped_date: text, ship_name: text, ship_address: text, ship_city: text, ship_state_province: text, ship_zip_postal_code: text,
  shipping_fee: text, taxes: text, payment_type: text, paid_date: text, status_id: text,
});
const lineRow = z.looseObject({ id: text, order_id: text, product_id: text, quantity: text, unit_price: text, discount: text, status_id: text, inventory_id: text });
const invoiceRow = z.looseObject({ id: text, order_id: text, invoice_date: text, due_date: text, tax: text, shipping: text, amount_due: text });
const productRow = z.looseObject({ id: text, product_code: text, product_name: text, discontinued: text });
const customerRow = z.looseObject({ id: text, company: text });
const stockRow = z.looseObject({ id: text, transaction_type: text, product_id: text, quantity: text });
const namedRow = z.looseObject({ id: text });

/** The tables of the sample database that tell of sales; purchase tables are read once purchasing is built. */
export interface NorthwindTables {
  orders: z.infer<typeof orderRow>[]; lines: z.infer<typeof lineRow>[]; invoices: z.infer<typeof invoiceRow>[]; products: z.infer<typeof productRow>[];
  customers: z.infer<typeof customerRow>[]; stock: z.infer<typeof stockRow>[]; statuses: z.infer<typeof namedRow>[];
}

/** Reads `<table>.csv` or `<table>.csv.gz` of a folder. Errors name the file and the first row that does not fit. */
export function readNorthwind(folder: string): Result<NorthwindTables> {
  function table<T>(name: string, row: z.ZodType<T>): T[] {
    const file = [`${name}.csv`, `${name}.csv.gz`].map((candidate) => path.join(folder, candidate)).find(existsSync);
    if (file === undefined) throw new Error(`${path.join(folder, name)}.csv or .csv.gz is missing`);
    const bytes = readFileSync(file);
    const rows: unknown[] = parse(file.endsWith(".gz") ? gunzipSync(bytes) : bytes, { columns: true, skip_empty_lines: true, bom: true });
    return rows.map((value, index) => {
      const parsed = row.safeParse(value);
      if (!parsed.success) throw new Error(`${file}, row ${index + 2}: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}`);
      return parsed.data;
    });
  }
  try {
    return ok({
      orders: table("orders", orderRow), lines: table("order_details", lineRow), invoices: table("invoices", invoiceRow), products: table("products", productRow),
      customers: table("customers", customerRow), stock: table("inventory_transactions", stockRow), statuses: table("orders_status", namedRow),
    });
  } catch (error) { return fail("IMPORT", error instanceof Error ? error.message : String(error)); }
}
