import { TRPCError } from "@trpc/server";

/** One value of a line. What a spreadsheet would take for a formula is made harmless. */
const cell = (value: string | number | null | undefined): string => {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export const csvLine = (values: readonly (string | number | null | undefined)[]): string => `${values.map(cell).join(",")}\r\n`;

export const csvAnswer = (body: string | ReadableStream<Uint8Array>, name: string): Response =>
  new Response(body, { headers: { "content-type": "text/csv; charset=utf-8", "content-disposition": `attachment; filename="${name}.csv"` } });

/** The first reading of a list; a person who is not signed in gets an answer, not a page. */
export async function readable<T>(read: () => Promise<T>): Promise<T | Response> {
  try { return await read(); } catch (error) {
    if (error instanceof TRPCError && error.code === "UNAUTHORIZED") return new Response("Sign in first", { status: 401 });
    throw error;
  }
}
