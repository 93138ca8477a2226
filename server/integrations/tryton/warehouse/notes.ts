import { z } from "zod";
import { act, searchAll } from "../client";
import type { TrytonSession } from "../config";

/**
 * A shipment's moves are what the warehouse makes of them: raised, lowered, split, other goods. What was asked for stands in a note
 * of the shipment, which people can read too; what is recalled stands in further ones. Moves have no field for a text of ours.
 */
export interface AskedLine { line: string; item: string; quantity: string; /** The reserving move that Tryton shows as the origin of what left. */ origin: number | null }
export interface Notes { asked: AskedLine[]; recalls: { id: number; key: string; lines: { line: string; quantity: string }[] }[] }

const asked = z.object({ line: z.string(), item: z.string(), quantity: z.string(), origin: z.number().nullable() });
const recalled = z.object({ line: z.string(), quantity: z.string() });
const heads = { asked: "Ledgerline asked for (do not delete): ", recall: "Ledgerline takes back (do not delete): " } as const;
const row = z.looseObject({ id: z.number(), resource: z.string(), message: z.string().nullable() });

const written = (head: string, rows: readonly object[]): string => [head, ...rows.map((each) => JSON.stringify(each))].join("\n");
function rowsOf<S extends z.ZodType>(lines: readonly string[], schema: S): z.infer<S>[] {
  return lines.flatMap((line) => {
    try {
      const read = schema.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
}

const write = (session: TrytonSession, shipment: number, message: string): Promise<unknown> => act(session, "model.ir.note.create", [[{ resource: `stock.shipment.out,${shipment}`, message }]], z.unknown(), "REL-01");
export const noteAsked = (session: TrytonSession, shipment: number, request: string, lines: readonly AskedLine[]): Promise<unknown> => write(session, shipment, written(heads.asked + request, lines));
export const noteRecall = (session: TrytonSession, shipment: number, key: string, lines: Notes["recalls"][number]["lines"]): Promise<unknown> => write(session, shipment, written(heads.recall + key, lines));
export const removeNote = (session: TrytonSession, id: number): Promise<unknown> => act(session, "model.ir.note.delete", [[id]], z.unknown(), "REL-01");

/** Notes of ours on shipments, by shipment. @throws Ended */
export async function notesOf(session: TrytonSession, shipments: readonly number[]): Promise<(shipment: number) => Notes> {
  const rows = shipments.length === 0 ? [] : await searchAll(session, "ir.note", [["resource", "in", shipments.map((id) => `stock.shipment.out,${id}`)]], ["resource", "message"], row);
  return (shipment) => {
    const notes: Notes = { asked: [], recalls: [] };
    for (const { id, resource, message } of rows) {
      const [head = "", ...lines] = (message ?? "").split("\n");
      if (resource !== `stock.shipment.out,${shipment}`) continue;
      if (head.startsWith(heads.asked)) notes.asked = rowsOf(lines, asked);
      if (head.startsWith(heads.recall)) notes.recalls.push({ id, key: head.slice(heads.recall.length), lines: rowsOf(lines, recalled) });
    }
    return notes;
  };
}
