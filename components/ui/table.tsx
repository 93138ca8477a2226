"use client";
import { getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useMemo, useRef, type ReactNode } from "react";
import { TableHead, TableRow, toColumnDefs, toggled, type Column, type Picking } from "./table-model";
import { useRowKeys } from "./use-row-keys";

export type { Column, Picking } from "./table-model";

export interface TableProps<Item> {
  /** Accessible name; not drawn. */
  caption: string;
  columns: readonly Column<Item>[];
  rows: readonly Item[];
  rowKey: (item: Item) => string;
  /** Spoken name of a row, for its tick; the key if left out. */
  rowName?: ((item: Item) => string) | undefined;
  /** Key of the row whose detail is open. */
  openKey?: string | undefined;
  onOpen?: ((item: Item) => void) | undefined;
  picking?: Picking | undefined;
  /** Columns that the person has switched off. */
  hidden?: readonly string[] | undefined;
  /** Total rows (`<tr>`), ruled off from the rows above. */
  foot?: ReactNode;
  /** Without padding at the ends, inside a Region. */
  flush?: boolean | undefined;
  stickyHead?: boolean | undefined;
  /** Whether J, K, Enter and X of the page belong to this table. Default: when it opens or picks rows. */
  keyboard?: boolean | undefined;
}

/** A ruled table for lists of up to a few hundred rows; longer ones go into a DataList. */
export function Table<Item>({
  caption, columns, rows, rowKey, rowName = rowKey, openKey, onOpen, picking, hidden = [], foot, flush, stickyHead, keyboard = onOpen !== undefined || picking !== undefined,
}: TableProps<Item>) {
  const container = useRef<HTMLDivElement>(null);
  const defs = useMemo(() => toColumnDefs(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useReactTable({
    data, columns: defs, getRowId: rowKey, getCoreRowModel: getCoreRowModel(),
    state: { columnVisibility: Object.fromEntries(hidden.map((key) => [key, false])) },
  });
  const model = table.getRowModel().rows;
  const keys = model.map((row) => row.id);
  const { active, setActive } = useRowKeys({
    keys, container, openKey, enabled: keyboard,
    onOpen: onOpen && ((key) => { const row = model.find(({ id }) => id === key); if (row) onOpen(row.original); }),
    onPick: picking && ((key) => { picking.onPick(toggled(picking.picked, key)); }),
  });
  return (
    <div className="tbw" ref={container}>
      <table className={`tb${flush ? " flush" : ""}${stickyHead ? " stick" : ""}`}>
        <caption className="vh">{caption}</caption>
        <TableHead columns={columns.filter(({ key }) => !hidden.includes(key))} keys={keys} picking={picking} />
        <tbody>
          {model.map((row) => (
            <TableRow
              key={row.id} row={row} rowName={rowName(row.original)} active={keyboard && row.id === active} open={row.id === openKey}
              picking={picking} onActivate={setActive} onOpen={onOpen}
            />
          ))}
        </tbody>
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}
