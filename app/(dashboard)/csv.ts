import { TRPCError } from "@trpc/server";

type Value = string | number | null | undefined;

/** One value of a line. What a spreadsheet would take for a formula is made harmless. */
const cell = (value: Value): string => {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export const csvLine = (values: readonly Value[]): string => `${values.map(cell).join(",")}\r\n`;

export const csvAnswer = (body: string | ReadableStream<Uint8Array>, name: string): Response =>
  new Response(body, { headers: { "content-type": "text/csv; charset=utf-8", "content-disposition": `attachment; filename="${name}.csv"` } });

const refusals: Partial<Record<TRPCError["code"], number>> = { UNAUTHORIZED: 401, FORBIDDEN: 403, NOT_FOUND: 404 };

/** The first reading of a list; a person who is not signed in, may not see it or names what is not there gets an answer, not a page. */
export async function readable<T>(read: () => Promise<T>): Promise<T | Response> {
  try { return await read(); } catch (error) {
    const status = error instanceof TRPCError ? refusals[error.code] : undefined;
    if (status !== undefined && error instanceof Error) return new Response(error.message, { status });
    throw error;
  }
}

/** So many rows are read at a time. */
const pageSize = 1000;

/** A whole list under its filter, however long: a page is read when the one before it was taken. */
export async function csvList<List extends { next: string | null }>(
  name: string, heads: readonly string[], read: (page: { cursor?: string; limit: number }) => Promise<List>, linesOf: (list: List) => readonly (readonly Value[])[],
): Promise<Response> {
  const first = await readable(() => read({ limit: pageSize }));
  if (first instanceof Response) return first;
  const encoder = new TextEncoder();
  const text = (list: List): Uint8Array => encoder.encode(linesOf(list).map(csvLine).join(""));
  let next = first.next;
  return csvAnswer(new ReadableStream<Uint8Array>({
    start(controller) { controller.enqueue(encoder.encode(csvLine(heads))); controller.enqueue(text(first)); },
    async pull(controller) {
      if (next === null) { controller.close(); return; }
      const list = await read({ cursor: next, limit: pageSize });
      next = list.next;
      controller.enqueue(text(list));
    },
  }), name);
}
