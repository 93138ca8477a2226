/** Prints a table for people or JSON for programs; nothing else goes to stdout. */
export function print(rows: readonly object[], json: boolean, columns: readonly string[]): void {
  if (json) { process.stdout.write(`${JSON.stringify(rows)}\n`); return; }
  const cells = rows.map((row) => columns.map((column) => { const value: unknown = (row as Record<string, unknown>)[column]; return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean); }));
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd();
  process.stdout.write([line([...columns]), ...cells.map(line)].join("\n") + "\n");
  process.stdout.write(`${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`);
}
