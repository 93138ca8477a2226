import type { ReactNode } from "react";

export interface ChartTableProps { caption: string; heads: readonly string[]; rows: readonly (readonly ReactNode[])[] }

/** The same figures as a table, for those who hear the page. Not drawn. */
export function ChartTable({ caption, heads, rows }: ChartTableProps) {
  return (
    <div className="vh">
      <table>
        <caption>{caption}</caption>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{row.map((cell, column) => column === 0 ? <th key={column} scope="row">{cell}</th> : <td key={column}>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
