import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Meridian's answers (API.md). Fields that we do not know are kept. */
const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,6})?$/);
const changed = z.iso.datetime({ offset: true });
const text = z.string().nullish();

export const page = <S extends z.ZodType>(row: S) => z.looseObject({ value: z.array(row), "@odata.nextLink": z.string().optional(), "@odata.count": z.number().int().optional() });

export const customer = z.looseObject({
  No: z.string().min(1), Name: z.string(), Blocked: z.enum(["None", "Ship", "Invoice", "All"]), CurrencyCode: z.string(), PaymentTermsCode: text, CreditLimit: decimal, CreditAccountNo: text,
  Balance: decimal, OverdueBalance: decimal, PONumberRequired: z.boolean().default(false), CreditReviewed: z.boolean().optional(), TaxExempt: z.boolean().default(false), TaxExemptionNo: text, TaxExemptionValidTo: text, TaxArea: text, LastModified: changed,
});
export type ErpCustomer = z.infer<typeof customer>;

export const item = z.looseObject({ No: z.string().min(1), Description: z.string().default(""), Blocked: z.boolean().default(false), BaseUnitOfMeasure: z.string().min(1), TaxGroupCode: text, LastModified: changed });
export const itemUnit = z.looseObject({ ItemNo: z.string(), Code: z.string().min(1), QtyPerUnitOfMeasure: decimal });

export const priceAgreement = z.looseObject({
  Id: z.string().min(1), CustomerNo: z.string(), ItemNo: z.string(), UnitPrice: decimal, PriceUnitQuantity: decimal.default("1"), UnitOfMeasure: z.string(), CurrencyCode: z.string(),
  StartingDate: z.string(), EndingDate: text, LastModified: changed,
});
export const period = z.looseObject({ Code: z.string().min(1), StartingDate: z.string(), EndingDate: z.string(), Status: z.enum(["Open", "SoftClosed", "Closed"]), LastModified: changed });

const documentLine = z.looseObject({
  LineNo: z.number(), Type: z.enum(["Item", "Charge"]), No: z.string(), Quantity: decimal, LineAmount: decimal, TaxAmount: decimal.nullish(),
  SalesOrderNo: text, SalesOrderLine: text, ShipmentNo: text,
});
export const salesDocument = z.looseObject({
  Id: z.string().min(1), No: text, Status: z.string(), ExternalDocumentNo: text, Description: text, YourReference: text, CustomerNo: z.string(), CurrencyCode: z.string(), PostingDate: z.string(), DueDate: text, PostedAt: z.string().nullish(),
  NetAmount: decimal.nullish(), ChargesAmount: decimal.nullish(), TaxAmount: decimal.nullish(), TotalAmount: decimal.nullish(), RemainingAmount: decimal.nullish(), LastModified: changed,
  Lines: z.array(documentLine).default([]),
});
export type ErpDocument = z.infer<typeof salesDocument>;

/** Payments, applications and write-offs: what we read of them. */
export const cashDocument = z.looseObject({ Id: z.string().min(1), Status: z.string().default("Posted"), ExternalDocumentNo: text, Amount: decimal, SourceNo: text, InvoiceNo: text });
export type ErpCashDocument = z.infer<typeof cashDocument>;

const errorBody = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string(), target: z.string().nullish() }) });
/** A refusal in our words, with Meridian's own code, sentence and field. */
export function refusalOf(code: string): (response: HttpResponse) => Failure {
  return ({ status, text: body }) => {
    const read = readJson(body, errorBody);
    if (!read.ok) return { code, message: `Meridian refused it (${status}) without saying why` };
    const { error } = read.value;
    return { code, message: sentence(`${error.code}: ${error.message}`), ...(error.target ? { at: error.target } : {}) };
  };
}
