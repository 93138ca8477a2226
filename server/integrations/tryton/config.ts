import { z } from "zod";
import type { Session } from "../contract/connector";
import { baseSettings, secret } from "../contract/settings";

const code = z.string().min(1).max(60);
/** Of finance only, so it may be empty: the connection test says what is missing. */
const account = z.string().max(60).default("");
export const settings = baseSettings.extend({
  url: baseSettings.shape.url.meta({ title: "Address", description: "Root of the server with the name of the database: https://erp.company.example/finance", address: true }),
  login: code.meta({ title: "User", description: "Needs the groups Account and Account Administration for finance, Stock for the warehouse, nothing more" }),
  uses: z.enum(["finance", "warehouse", "both"]).default("finance").meta({ title: "Used for", description: "Settings of what it is not used for are left as they are" }),
  company: z.number().int().positive().meta({ title: "Company", description: "Its number in Tryton; the connection test shows its name" }),
  revenueJournal: code.default("REV").meta({ title: "Journal of invoices", description: "Its code" }),
  cashJournal: code.default("CASH").meta({ title: "Journal of payments", description: "Its code; applications of payments and credits are booked here too" }),
  receivableAccount: account.meta({ title: "Receivable account", description: "Its code in the chart" }),
  cashAccount: account.meta({ title: "Bank account", description: "Code of the account that payments are received on" }),
  writeOffAccount: account.meta({ title: "Account for small differences", description: "Its code in the chart" }),
  tax: account.meta({ title: "Tax", description: "Name of the tax under which the amounts that we determined are posted and reported" }),
  warehouse: code.default("WH").meta({ title: "Warehouse", description: "Its code, used where the order names none" }),
  pageSize: z.number().int().min(1).max(1000).default(200).meta({ title: "Rows in a page" }),
  overlapSeconds: z.number().int().min(0).max(3600).default(30).meta({ title: "Overlap of polling windows", description: "Tryton stamps a row when its transaction begins: one that was committed late is found by reading a little of the last window again" }),
});
export type TrytonSettings = z.infer<typeof settings>;
export const secrets = z.object({ password: secret });
export type TrytonSecrets = z.infer<typeof secrets>;
export type TrytonSession = Session<TrytonSettings, TrytonSecrets>;
