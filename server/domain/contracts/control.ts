import { z } from "zod";
import { decimalString } from "../decimal";
import { epochMs, instant } from "../instant";
import { code, currency, distinct, version } from "./shared";

/** Documents that sources are asked for or state totals of, in our words. */
export const documentKinds = ["orders", "shipments", "payments", "refunds", "returns", "return receipts", "invoices", "credits", "debits"] as const;
export type DocumentKind = (typeof documentKinds)[number];
/** What carries no money of its own: no sum of it can be stated. */
const withoutMoney: ReadonlySet<DocumentKind> = new Set(["shipments", "returns", "return receipts"]);

const longestWindowMs = 31 * 86_400_000, mostDocuments = 10_000;

/**
 * What a source says it has told of one kind of document in a window of its own: those whose event has its `time` in it, `from` in, `to` not.
 * Each document counts once, by its latest version in the window. The sum of orders is of their lines, quantity × price ÷ price unit − discount, to
 * the cent for each order; of all others of their amounts (of ledger documents the total). A correction of a statement is its next version.
 */
export const controlTotal = z.object({
  kind: z.enum(documentKinds), from: instant, to: instant, version: version.default(1),
  count: z.number().int().min(0).max(2_000_000_000),
  sums: distinct(z.array(z.object({ currency, amount: decimalString })).max(50), "currency").optional(),
  documents: z.array(code).max(mostDocuments).optional(),
}).superRefine(({ kind, from, to, count, sums, documents }, context) => {
  const wrong = (path: string, message: string): void => { context.addIssue({ code: "custom", path: [path], message }); };
  if (to <= from) wrong("to", "must be after from");
  else if (epochMs(to) - epochMs(from) > longestWindowMs) wrong("to", "must be at most 31 days after from");
  if (documents && new Set(documents).size !== count) wrong("documents", `names ${new Set(documents).size} documents where the count is ${count}`);
  if (sums && withoutMoney.has(kind)) wrong("sums", `${kind} carry no money of their own: state how many there are`);
});
export type ControlTotal = z.infer<typeof controlTotal>;
