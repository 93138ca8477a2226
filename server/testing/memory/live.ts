import type { CommandState, Lane } from "@/server/domain/commands";
import type { CommandRow } from "./rows";

interface Place { connector: string; lane: Lane; state: CommandState }
const none: readonly CommandRow[] = [];

/**
 * The commands with which something is still to be done, by connector, lane and state, as partial indexes have them: who looks
 * for one kind reads no other, so that a look costs as much as it may find. To be told of each change of these three.
 */
export class LiveCommands {
  /** In the order in which they came. */
  private readonly places = new Map<CommandRow, Place>();
  /** By turn. */
  private readonly shelves = new Map<string, Map<Lane, Map<CommandState, CommandRow[]>>>();
  private came = 0;

  [Symbol.iterator](): IterableIterator<CommandRow> { return this.places.keys(); }

  /** Puts it where it belongs now; one that was there keeps its turn. */
  keep(row: CommandRow): void {
    const place = this.places.get(row), { connector, lane, state } = row;
    if (place?.state === state && place.connector === connector && place.lane === lane) return;
    if (place) takeFrom(this.shelf(place.connector, place.lane).get(place.state), row); else row.turn = ++this.came;
    this.places.set(row, { connector, lane, state });
    const shelf = this.shelf(connector, lane), those = shelf.get(state);
    if (those) those.splice(placeIn(those, row), 0, row); else shelf.set(state, [row]);
  }

  drop(row: CommandRow): void {
    const place = this.places.get(row);
    if (!place) return;
    this.places.delete(row);
    takeFrom(this.shelf(place.connector, place.lane).get(place.state), row);
  }

  /** Every connector and lane that ever had a command. */
  *lanes(): Generator<{ connector: string; lane: Lane }> {
    for (const [connector, lanes] of this.shelves) for (const lane of lanes.keys()) yield { connector, lane };
  }

  /** Those of a lane in one state, by turn; the list itself, which changes with them. */
  of(state: CommandState, connector: string, lane: Lane): readonly CommandRow[] { return this.shelves.get(connector)?.get(lane)?.get(state) ?? none; }

  /** Those in one state, of one connector where it is given. */
  all(state: CommandState, connector?: string): CommandRow[] {
    const found: CommandRow[] = [], shelves = connector === undefined ? this.shelves.values() : [this.shelves.get(connector)];
    for (const lanes of shelves) if (lanes) for (const shelf of lanes.values()) for (const row of shelf.get(state) ?? none) found.push(row);
    return found;
  }

  /** Whether one in this state fits. */
  some(state: CommandState, fits: (row: CommandRow) => boolean): boolean {
    for (const lanes of this.shelves.values()) for (const shelf of lanes.values()) for (const row of shelf.get(state) ?? none) if (fits(row)) return true;
    return false;
  }

  private shelf(connector: string, lane: Lane): Map<CommandState, CommandRow[]> {
    let lanes = this.shelves.get(connector);
    if (!lanes) this.shelves.set(connector, (lanes = new Map()));
    let shelf = lanes.get(lane);
    if (!shelf) lanes.set(lane, (shelf = new Map()));
    return shelf;
  }
}

/** Where one belongs by its turn; most are the last. */
function placeIn(those: readonly CommandRow[], { turn }: CommandRow): number {
  let from = 0, to = those.length;
  if (to === 0 || (those[to - 1] as CommandRow).turn < turn) return to;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((those[middle] as CommandRow).turn < turn) from = middle + 1; else to = middle;
  }
  return from;
}
const takeFrom = (those: CommandRow[] | undefined, row: CommandRow): void => { those?.splice(placeIn(those, row), 1); };
