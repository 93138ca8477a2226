"use client";
import type { ColumnDef, Row, RowData } from "@tanstack/react-table";
import Link from "next/link";
import type { ReactNode } from "react";
import { Checkbox } from "./checkbox";
import { Icon } from "./icon";

/** One column of a Table or DataList. */
export interface Column<Item> {
  key: string;
  head: ReactNode;
  /** Words for the column chooser when `head` is not text. */
  name?: string | undefined;
  cell: (item: Item) => ReactNode;
  /** Figures stand right, with their heads. */
  align?: "left" | "right" | undefined;
  /** CSS width; needed in a DataList. */
  width?: string | undefined;
  /** Shown only from this width on: phone 700, desk 900, wide 1100 px. */
  from?: "phone" | "desk" | "wide" | undefined;
  /** Stays in place when a wide ledger scrolls sideways. */
  pin?: boolean | undefined;
  wrap?: boolean | undefined;
  sort?: { href: string; direction?: "ascending" | "descending" | undefined } | undefined;
}

declare module "@tanstack/react-table" {
  interface ColumnMeta<TData extends RowData, TValue> { column: Column<TData>; value?: TValue }
}

/** The columns as the table model wants them. */
export function toColumnDefs<Item>(columns: readonly Column<Item>[]): ColumnDef<Item>[] {
  return columns.map((column) => ({ id: column.key, header: column.name ?? column.key, cell: ({ row }) => column.cell(row.original), meta: { column } }));
}

const look = <Item,>(column: Column<Item>): string | undefined =>
  [column.align === "right" && "r", column.from !== undefined && `from-${column.from}`, column.pin && "pin", column.wrap && "wrapc"].filter((name) => typeof name === "string").join(" ") || undefined;

export interface Picking {
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
  /** What a tick stands for, spoken: "Select order". */
  label: string;
}

/** Head cells: sortable columns are links, the tick picks every row that is loaded. */
export function TableHead<Item>({ columns, keys, picking }: { columns: readonly Column<Item>[]; keys: readonly string[]; picking?: Picking | undefined }) {
  const count = picking === undefined ? 0 : keys.filter((key) => picking.picked.has(key)).length;
  return (
    <thead>
      <tr>
        {picking !== undefined && (
          <th className="pick" scope="col">
            <Checkbox
              aria-label={`${picking.label}: all ${keys.length} shown`} checked={count > 0 && count === keys.length} indeterminate={count > 0 && count < keys.length}
              onChange={() => { picking.onPick(count === keys.length ? new Set() : new Set(keys)); }}
            />
          </th>
        )}
        {columns.map((column) => (
          <th key={column.key} scope="col" className={look(column)} style={{ width: column.width }} aria-sort={column.sort?.direction}>
            {column.sort === undefined ? column.head : (
              <Link className="sortlink" href={column.sort.href} scroll={false}>
                {column.head}{column.sort.direction !== undefined && <Icon name={column.sort.direction === "ascending" ? "arrow-up" : "arrow-down"} small />}
              </Link>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export interface TableRowProps<Item> {
  row: Row<Item>;
  rowName: string;
  active: boolean;
  open: boolean;
  position?: number | undefined;
  picking?: Picking | undefined;
  onActivate: (key: string) => void;
  onOpen?: ((item: Item) => void) | undefined;
}

/** Flips one key. */
export function toggled(picked: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(picked);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** One row. A click beside its links opens it; a click on a link or control stays theirs. */
export function TableRow<Item>({ row, rowName, active, open, position, picking, onActivate, onOpen }: TableRowProps<Item>) {
  const ticked = picking?.picked.has(row.id) ?? false;
  return (
    <tr
      data-row={onOpen === undefined ? undefined : ""} data-key={row.id} tabIndex={active ? 0 : -1} aria-current={open ? "true" : undefined} aria-rowindex={position}
      onFocus={(event) => { if (event.target === event.currentTarget) onActivate(row.id); }}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest("a, button, input, label, select") !== null) return;
        onActivate(row.id);
        onOpen?.(row.original);
      }}
    >
      {picking !== undefined && (
        <td className="pick"><Checkbox aria-label={`${picking.label} ${rowName}`} checked={ticked} onChange={() => { picking.onPick(toggled(picking.picked, row.id)); }} /></td>
      )}
      {row.getVisibleCells().map((cell) => {
        const column = cell.column.columnDef.meta?.column;
        return column === undefined ? null : <td key={cell.id} className={look(column)}>{column.cell(row.original)}</td>;
      })}
    </tr>
  );
}
