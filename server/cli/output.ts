/** Prints a table for people or JSON for programs; nothing else goes to stdout. */
export function print(rows: readonly object[], json: boolean, columns: readonly string[]): void {
  if (json) { process.stdout.write(`${JSON.stringify(rows)}\n`); return; }
  const cells = rows.map((row) => columns.map((column) => cellText((row as Record<string, unknown>)[column])));
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ").trimEnd();
  process.stdout.write([line([...columns]), ...cells.map(line)].join("\n") + "\n");
  process.stdout.write(`${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`);
}

const cellText = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));
