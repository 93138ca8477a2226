import { z } from "zod";
import { targets } from "./targets";

const encodings = ["detect", "utf-8", "utf-16le", "windows-1252"] as const;
const dateForms = ["yyyy-MM-dd", "yyyyMMdd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy"] as const;

/** Where one field comes from. A constant also stands where the column is empty; a list of values translates the column's words. */
const source = z.object({
  column: z.string().min(1).max(120).optional(),
  constant: z.string().max(200).optional(),
  values: z.record(z.string().max(200), z.string().max(200)).optional(),
}).refine(({ column, constant }) => column !== undefined || constant !== undefined, "names neither a column nor a constant");
export type Source = z.infer<typeof source>;

/** What one kind of file means. */
export const drop = z.object({
  files: z.string().min(1).max(120).regex(/^[^/\\]*$/, "a file name, * for any characters").meta({ title: "Files", description: "Name of a file, * for any characters" }),
  document: z.enum(["order", "shipment"]).meta({ title: "Holds" }),
  encoding: z.enum(encodings).default("detect").meta({ title: "Encoding" }),
  delimiter: z.enum([",", ";", "\t", "|"]).default(",").meta({ title: "Between columns" }),
  decimal: z.enum([".", ","]).default(".").meta({ title: "Decimal mark" }),
  thousands: z.enum(["", ".", ",", " ", "'"]).default("").meta({ title: "Thousands mark" }),
  dates: z.enum(dateForms).default("yyyy-MM-dd").meta({ title: "Dates" }),
  offset: z.string().regex(/^(Z|[+-]\d\d:\d\d)$/, "Z or an offset such as +02:00").default("Z").meta({ title: "Offset of times", description: "Where a time has no zone of its own: Z, +02:00" }),
  trailer: z.string().max(40).default("").meta({ title: "Trailer", description: "First field of the last row, whose second counts the rows before it. Where given, a file without it is cut off" }),
  fields: z.record(z.string(), source),
}).superRefine((one, context) => {
  const known = targets[one.document];
  for (const name of Object.keys(one.fields)) if (!Object.hasOwn(known, name)) context.addIssue({ code: "custom", path: ["fields", name], message: `a ${one.document} has no such field` });
  for (const [name, target] of Object.entries(known)) if (target.required && !Object.hasOwn(one.fields, name)) context.addIssue({ code: "custom", path: ["fields", name], message: "is needed" });
  if (one.thousands !== "" && one.thousands === one.decimal) context.addIssue({ code: "custom", path: ["thousands"], message: "is the decimal mark too" });
});
export type Drop = z.infer<typeof drop>;

/** The first mapping whose pattern fits the name. */
export const dropFor = (drops: readonly Drop[], name: string): Drop | undefined =>
  drops.find(({ files }) => new RegExp(`^${files.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^]*")}$`, "i").test(name));
