import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A stored document: plain JSON, replaced whole by `put`, never mutated in place. */
export type Document = object;

type Write = [collection: string, id: string, value: unknown];
interface JournalLine {
  s: number;
  w?: Write[];
  c?: Record<string, number>;
}

interface Row {
  value: unknown;
  sequence: number;
}

/** Typed window on one named collection of a {@link Store}. */
export class Collection<T extends Document> {
  private readonly store: Store;
  readonly name: string;

  constructor(
    store: Store,
    name: string,
  ) {
    this.store = store;
    this.name = name;
  }
  get(id: string): T | undefined {
    return this.store.rowsOf(this.name).get(id)?.value as T | undefined;
  }
  put(id: string, value: T): T {
    this.store.write(this.name, id, value);
    return value;
  }
  delete(id: string): void {
    if (this.store.rowsOf(this.name).has(id)) this.store.write(this.name, id, null);
  }
  /** In order of last change, oldest first. */
  all(): T[] {
    return [...this.store.rowsOf(this.name).values()].map((row) => row.value as T);
  }
  get size(): number {
    return this.store.rowsOf(this.name).size;
  }
}

/**
 * The store of one system: collections in memory, every transaction one line of an append-only journal.
 * Guarantee: what a transaction wrote is handed to the operating system before the caller is answered, so a killed
 * process loses nothing that was acknowledged (no fsync: a crash of the machine may). A torn last line is dropped.
 */
export class Store {
  private readonly collections = new Map<string, Map<string, Row>>();
  private counters: Record<string, number> = {};
  private sequenceNumber = 0;
  private readonly file: number | null;
  private open: { writes: Write[]; undo: (() => void)[]; counters: Record<string, number> } | null = null;

  /** Without a path the store lives in memory only (tests). */
  constructor(path: string | null) {
    if (path === null) {
      this.file = null;
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a+', 0o600);
    this.replay(readFileSync(path, 'utf8'));
  }

  get sequence(): number {
    return this.sequenceNumber;
  }

  collection<T extends Document>(name: string): Collection<T> {
    return new Collection<T>(this, name);
  }

  collectionNames(): string[] {
    return [...this.collections.keys()].sort();
  }

  rowsOf(name: string): Map<string, Row> {
    let rows = this.collections.get(name);
    if (rows === undefined) {
      rows = new Map();
      this.collections.set(name, rows);
    }
    return rows;
  }

  /** Documents changed after a sequence, oldest change first. Walks back from the newest, so a small tail is cheap. */
  changedAfter(name: string, after: number): { value: unknown; sequence: number }[] {
    const rows = [...this.rowsOf(name).values()];
    let start = rows.length;
    while (start > 0 && (rows[start - 1]?.sequence ?? 0) > after) start -= 1;
    return rows.slice(start);
  }

  /** The next number of a counter; never the same twice, also after a restart. Rolled back with its transaction: gapless. */
  next(counter: string, start = 1): number {
    if (this.open === null) return this.transact(() => this.next(counter, start));
    const value = this.counters[counter] ?? start;
    this.counters[counter] = value + 1;
    return value;
  }

  nextId(prefix: string, width: number): string {
    return `${prefix}${String(this.next(prefix)).padStart(width, '0')}`;
  }

  /** All or nothing: a throw puts memory back and writes nothing. Nested calls join the outer transaction. */
  transact<T>(work: () => T): T {
    if (this.open !== null) return work();
    const open = { writes: [] as Write[], undo: [] as (() => void)[], counters: { ...this.counters } };
    this.open = open;
    try {
      const result = work();
      this.commit(open.writes, open.counters);
      return result;
    } catch (error) {
      for (const undo of open.undo.reverse()) undo();
      this.counters = open.counters;
      throw error;
    } finally {
      this.open = null;
    }
  }

  write(name: string, id: string, value: unknown): void {
    if (this.open === null) {
      this.transact(() => this.write(name, id, value));
      return;
    }
    const rows = this.rowsOf(name);
    const before = rows.get(id);
    this.open.undo.push(() => {
      rows.delete(id);
      if (before === undefined) return;
      rows.set(id, before);
      // The map's order is the order of change: put the row back at its place.
      const ordered = [...rows].sort(([, left], [, right]) => left.sequence - right.sequence);
      rows.clear();
      for (const [key, row] of ordered) rows.set(key, row);
    });
    this.open.writes.push([name, id, value]);
    this.place(name, id, value, this.sequenceNumber + 1);
  }

  /** Empties everything, journal included. */
  reset(): void {
    this.collections.clear();
    this.counters = {};
    this.sequenceNumber = 0;
    if (this.file !== null) ftruncateSync(this.file, 0);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }

  private place(name: string, id: string, value: unknown, sequence: number): void {
    const rows = this.rowsOf(name);
    rows.delete(id);
    if (value !== null) rows.set(id, { value, sequence });
  }

  private commit(writes: Write[], countersBefore: Record<string, number>): void {
    const changed = Object.entries(this.counters).filter(([name, value]) => countersBefore[name] !== value);
    if (writes.length === 0 && changed.length === 0) return;
    this.sequenceNumber += 1;
    if (this.file === null) return;
    const line: JournalLine = { s: this.sequenceNumber };
    if (writes.length > 0) line.w = writes;
    if (changed.length > 0) line.c = Object.fromEntries(changed);
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  private replay(text: string): void {
    const whole = text.lastIndexOf('\n') + 1;
    if (whole < text.length && this.file !== null) ftruncateSync(this.file, Buffer.byteLength(text.slice(0, whole)));
    for (const json of text.slice(0, whole).split('\n')) {
      if (json === '') continue;
      const line = JSON.parse(json) as JournalLine;
      this.sequenceNumber = line.s;
      for (const [name, id, value] of line.w ?? []) this.place(name, id, value, line.s);
      Object.assign(this.counters, line.c ?? {});
    }
  }
}
