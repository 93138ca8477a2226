"use client";
import { Button } from "./button";
import { Checkbox } from "./checkbox";
import { Popover } from "./popover";
import type { Column } from "./table-model";

export interface ColumnChooserProps<Item> {
  columns: readonly Column<Item>[];
  hidden: readonly string[];
  onChange: (hidden: readonly string[]) => void;
  /** Columns that cannot be switched off, such as the identifier. */
  always?: readonly string[] | undefined;
}

/** Which columns a list shows. */
export function ColumnChooser<Item>({ columns, hidden, onChange, always = [] }: ColumnChooserProps<Item>) {
  return (
    <Popover label="Columns" align="end" trigger={<Button size="xs" icon="columns">Columns</Button>}>
      <ul className="grid gap-1">
        {columns.map((column) => (
          <li key={column.key}>
            <Checkbox
              checked={!hidden.includes(column.key)} disabled={always.includes(column.key)}
              onChange={(event) => { onChange(event.target.checked ? hidden.filter((key) => key !== column.key) : [...hidden, column.key]); }}
            >
              {column.name ?? column.head}
            </Checkbox>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
