"use client";
import { getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from "react";
import { Button } from "./button";
import { TableHead, TableRow, toColumnDefs, toggled } from "./table-model";
import type { TableProps } from "./table";
import { useRowKeys } from "./use-row-keys";

export interface DataListProps<Item> extends Omit<TableProps<Item>, "foot" | "flush" | "stickyHead"> {
  /** CSS height of the scrolled part, for instance "calc(100dvh - 180px)". */
  height: string;
  /** Rows in all, where known; the count of loaded rows otherwise. */
  total?: number | undefined;
  /** The next page exists (keyset paging). */
  hasMore?: boolean | undefined;
  loadingMore?: boolean | undefined;
  /** Asked for when the end of what is loaded comes near, and by the button. */
  onLoadMore?: (() => void) | undefined;
  /** Shown instead of rows when there are none. */
  empty?: ReactNode;
}

const OVERSCAN = 12;
const NEAR_END = 20;
const FALLBACK_ROW_PX = 32;

function useRowHeight(): number {
  const [height, setHeight] = useState(FALLBACK_ROW_PX);
  useEffect(() => {
    const read = () => { setHeight(Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || FALLBACK_ROW_PX); };
    read();
    const watch = new MutationObserver(read);
    watch.observe(document.documentElement, { attributeFilter: ["data-density"] });
    return () => { watch.disconnect(); };
  }, []);
  return height;
}

/**
 * A table of any length: only the rows in view are in the document, and further pages come as the end nears. Every row has
 * the same height, so text does not wrap; give each column a width. Rows that arrive never move the cursor.
 */
export function DataList<Item>({
  caption, columns, rows, rowKey, rowName = rowKey, openKey, onOpen, picking, hidden = [], keyboard = true, height, total, hasMore = false, loadingMore = false, onLoadMore, empty,
}: DataListProps<Item>) {
  const container = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const defs = useMemo(() => toColumnDefs(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const visibility = useMemo(() => Object.fromEntries(hidden.map((key) => [key, false])), [hidden]);
  const table = useReactTable({ data, columns: defs, getRowId: rowKey, getCoreRowModel: getCoreRowModel(), state: { columnVisibility: visibility } });
  const model = table.getRowModel().rows;
  const keys = useMemo(() => model.map((row) => row.id), [model]);
  const virtual = useVirtualizer({
    count: model.length, getScrollElement: () => container.current, estimateSize: () => rowHeight, overscan: OVERSCAN, initialRect: { width: 1000, height: 640 },
  });
  useEffect(() => { virtual.measure(); }, [rowHeight, virtual]);
  const { active, setActive } = useRowKeys({
    keys, container, openKey, enabled: keyboard, reveal: (index) => { virtual.scrollToIndex(index, { align: "auto" }); },
    onOpen: onOpen && ((key) => { const row = model.find(({ id }) => id === key); if (row) onOpen(row.original); }),
    onPick: picking && ((key) => { picking.onPick(toggled(picking.picked, key)); }),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const first = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const wantMore = useEffectEvent(() => { onLoadMore?.(); });
  const near = hasMore && !loadingMore && last >= 0 && last >= model.length - NEAR_END;
  useEffect(() => { if (near) wantMore(); }, [near, model.length]);

  const shown = columns.filter(({ key }) => !hidden.includes(key));
  if (model.length === 0 && empty !== undefined) return empty;
  return (
    <div className="tbw scroll" ref={container} style={{ maxHeight: height }} role="region" aria-label={caption} tabIndex={0}>
      <table className="tb even stick" aria-rowcount={total === undefined ? -1 : total + 1}>
        <caption className="vh">{caption}</caption>
        <TableHead columns={shown} keys={keys} picking={picking} />
        {/* Rows that are no items have one cell: one that spans columns which a narrow window hides would make room for them. */}
        <tbody>
          {first > 0 && <tr className="space" aria-hidden><td style={{ height: first }} /></tr>}
          {items.map((item) => {
            const row = model[item.index];
            return row && (
              <TableRow
                key={row.id} row={row} rowName={rowName(row.original)} active={row.id === active} open={row.id === openKey} position={item.index + 2}
                picking={picking} onActivate={setActive} onOpen={onOpen}
              />
            );
          })}
          {after > 0 && <tr className="space" aria-hidden><td style={{ height: after }} /></tr>}
          {hasMore && (
            <tr className="more"><td><Button size="xs" variant="ghost" pending={loadingMore} onClick={() => { onLoadMore?.(); }}>{loadingMore ? "Loading more" : "Load more"}</Button></td></tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
