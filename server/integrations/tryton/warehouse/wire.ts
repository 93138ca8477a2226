import { z } from "zod";
import { type dec, text } from "@/server/domain/decimal";
import { dayOf } from "@/server/domain/instant";
import { changedAt, date, datetime, quantity } from "../wire";

const row = { id: z.number().int(), create_date: datetime, write_date: datetime.nullable() };
export const moveStates = ["staging", "draft", "assigned", "done", "cancelled"] as const;
/** A move; its `internal_quantity` is in the product's own unit, which is the one that we count in. */
export const stockMove = z.looseObject({ ...row, shipment: z.string().nullable(), origin: z.string().nullable(), product: z.number(), uom: z.number(), "product.": z.looseObject({ code: z.string().nullable() }), internal_quantity: quantity, state: z.enum(moveStates) });
export type StockMove = z.infer<typeof stockMove>;
export const stockMoveFields = ["shipment", "origin", "product", "uom", "product.code", "internal_quantity", "state", "create_date", "write_date"];

const document = { ...row, number: z.string().nullable(), reference: z.string().nullable() };
export const reservation = z.looseObject({ ...document, state: z.string(), from_location: z.number(), to_location: z.number() });
const shipmentStates = ["draft", "waiting", "assigned", "picked", "packed", "done", "cancelled"] as const;
export const shipment = z.looseObject({ ...document, state: z.enum(shipmentStates), "warehouse.": z.looseObject({ code: z.string().nullable() }), effective_date: date.nullable() });
export const shipmentFields = ["number", "reference", "state", "warehouse.code", "effective_date", "create_date", "write_date"];
export const returned = z.looseObject({ ...document, state: z.enum(["draft", "received", "done", "cancelled"]), "warehouse.": z.looseObject({ code: z.string().nullable() }), effective_date: date.nullable() });

/** Number of a row in a reference such as `stock.move,12` to a model, else null. */
export const idIn = (reference: string | null, model: string): number | null => (reference?.startsWith(`${model},`) === true ? Number(reference.slice(model.length + 1)) : null);
export const latest = (rows: readonly { create_date: string; write_date: string | null }[]): string => rows.map(changedAt).sort().at(-1) ?? "";
export const plain = (value: ReturnType<typeof dec>): string => text(value.toDecimalPlaces(6));

/** Tryton keeps the day on which goods moved, not the time: that of the change where it was that day, else noon. */
export const movedAt = (effective: string | null, changed: string): string => (effective === null || dayOf(changed) === effective ? changed : `${effective}T12:00:00.000Z`);
