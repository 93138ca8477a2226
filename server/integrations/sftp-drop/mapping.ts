import type { EventType } from "@/server/domain/contracts/registry";
import { contracts } from "@/server/domain/contracts/registry";
import type { Instant } from "@/server/domain/instant";
import { fail, ok, type Result } from "@/server/domain/result";
import type { RowError } from "../contract/mapping";
import type { Drop, Source } from "./mapping-schema";
import { keyOf, targets, type Target } from "./targets";

export interface Row { row: number; cells: readonly string[] }
export type Mapped = { rows: number[]; key: string; type: EventType; at: Instant; data: unknown } | { rows: number[]; key: string; errors: RowError[] };

const eventOf = { order: "order.captured", shipment: "shipment.confirmed" } as const;

/** Rows of one file as documents: rows with one key that follow each other are one. Each row is in exactly one answer: an event or its errors. */
export function mapRows(drop: Drop, header: readonly string[], rows: readonly Row[]): Mapped[] {
  const groups: { key: string; rows: Row[] }[] = [];
  for (const row of rows) {
    const key = documentKey(drop, header, row.cells), last = groups.at(-1);
    if (last && last.key === key && key !== "") last.rows.push(row);
    else groups.push({ key, rows: [row] });
  }
  return groups.map((group) => mapDocument(drop, header, group.key, group.rows));
}

/** The document that a row belongs to; empty where the row does not say. */
export const documentKey = (drop: Drop, header: readonly string[], cells: readonly string[]): string => cellOf(drop.fields[keyOf[drop.document]], header, cells) ?? "";

function mapDocument(drop: Drop, header: readonly string[], key: string, rows: readonly Row[]): Mapped {
  const errors: RowError[] = [], data: Record<string, unknown> = { version: 1 }, lines: Record<string, unknown>[] = [];
  const told = new Map<string, unknown>();
  for (const { row, cells } of rows) {
    const own: Record<string, unknown> = {};
    const wrong = (field: string, message: string): void => { errors.push({ row, field, column: drop.fields[field]?.column ?? null, message }); };
    if (cells.length !== header.length) { wrong("", `has ${cells.length} fields, the header ${header.length}`); continue; }
    for (const [name, target] of Object.entries(targets[drop.document])) {
      const source = drop.fields[name];
      if (!source) continue;
      if (source.column !== undefined && !header.includes(source.column)) { wrong(name, `the file has no column ${source.column}`); continue; }
      const text = cellOf(source, header, cells);
      if (text === null || text === "") { if (target.required) wrong(name, text === null ? "its word is not in the list of values" : "is empty"); else if (text === null) wrong(name, "its word is not in the list of values"); continue; }
      const read = readAs(target.kind, text, drop);
      if (!read.ok) { wrong(name, read.error.message); continue; }
      if (target.level === "line") own[target.path] = read.value;
      else if (told.has(name) && told.get(name) !== read.value) wrong(name, `says ${text}, an earlier row of ${key} something else`);
      else { told.set(name, read.value); put(data, target.path, read.value); }
    }
    lines.push(own);
  }
  const numbers = rows.map(({ row }) => row);
  if (errors.length > 0) return { rows: numbers, key, errors };
  const whole = { ...data, ...(drop.document === "order" ? { parties: withOthers(data["parties"] as Record<string, string>) } : {}), lines };
  const type = eventOf[drop.document], parsed = contracts[type].schema.safeParse(whole);
  if (parsed.success) return { rows: numbers, key, type, at: (drop.document === "order" ? data["placed"] : data["shippedAt"]) as Instant, data: whole };
  return { rows: numbers, key, errors: parsed.error.issues.map((issue): RowError => {
    const place = issue.path[0] === "lines" && typeof issue.path[1] === "number" ? issue.path[1] : null;
    const path = (place === null ? issue.path : issue.path.slice(2)).map(String).join(".");
    const field = Object.entries(targets[drop.document]).find(([, target]) => target.path === path && (target.level === "line") === (place !== null))?.[0] ?? path;
    return { row: numbers[place ?? 0] ?? 0, field, column: drop.fields[field]?.column ?? null, message: issue.message };
  }) };
}

/** Who is billed and shipped to is who bought, unless the file says. */
const withOthers = (parties: Record<string, string>): Record<string, string> => ({ billTo: parties["sellTo"] ?? "", shipTo: parties["sellTo"] ?? "", ...parties });

/** The mapped word; null where a list of values has no such word. */
function cellOf(source: Source | undefined, header: readonly string[], cells: readonly string[]): string | null {
  if (!source) return "";
  const at = source.column === undefined ? -1 : header.indexOf(source.column), cell = at < 0 ? "" : (cells[at] ?? "").trim();
  if (cell === "") return source.constant ?? "";
  if (source.values && Object.keys(source.values).length > 0) return Object.hasOwn(source.values, cell) ? (source.values[cell] ?? null) : null;
  return cell;
}

function put(data: Record<string, unknown>, path: string, value: unknown): void {
  const [first = "", second] = path.split(".");
  if (second === undefined) data[first] = value;
  else data[first] = { ...(data[first] as object | undefined), [second]: value };
}

function readAs(kind: Target["kind"], text: string, drop: Drop): Result<unknown> {
  switch (kind) {
    case "text": return ok(text);
    case "decimal": return readDecimal(text, drop);
    case "whole": return /^\d{1,16}$/.test(text) ? ok(Number(text)) : fail("VALUE", `${shown(text)} is no whole number`);
    case "day": { const read = readDate(text, drop); return read.ok ? ok(read.value.day) : read; }
    case "instant": { const read = readDate(text, drop); return read.ok ? ok(read.value.at) : read; }
  }
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

function readDecimal(text: string, { decimal, thousands }: Drop): Result<string> {
  const whole = thousands === "" ? "\\d+" : `(?:\\d{1,3}(?:\\${thousands}\\d{3})+|\\d+)`;
  if (!new RegExp(`^-?${whole}(?:\\${decimal}\\d+)?$`).test(text)) return fail("VALUE", `${shown(text)} is no number with ${decimal} as its decimal mark`);
  const plain = (thousands === "" ? text : text.replaceAll(thousands, "")).replace(decimal, ".");
  const [, sign = "", digits = "", rest = ""] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(plain) ?? [];
  return ok(`${sign}${digits}${rest === "" ? "" : `.${rest}`}`);
}

/** A day in the file's form, with or without a time after it; a time without a zone is at the mapping's offset. */
function readDate(text: string, { dates, offset }: Drop): Result<{ day: string; at: Instant }> {
  const [, date = "", time = "00:00", zone = offset] = /^(\S+?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const names: readonly string[] = dates.match(/yyyy|MM|dd/g) ?? [];
  const found = new RegExp(`^${dates.replace(/[.]/g, "\\.").replace("yyyy", "(\\d{4})").replace("MM", "(\\d{2})").replace("dd", "(\\d{2})")}$`).exec(date);
  const part = (name: string): string => found?.[names.indexOf(name) + 1] ?? "";
  const day = `${part("yyyy")}-${part("MM")}-${part("dd")}`, moment = new Date(`${day}T${time}${zone}`);
  // the calendar's own word: 31 February is moved on silently, and then says another day
  const isDay = found !== null && !Number.isNaN(moment.getTime()) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return isDay ? ok({ day, at: moment.toISOString() }) : fail("VALUE", `${shown(text)} is no date in the form ${dates}`);
}
