import type { ReturnReceived } from "../contracts/returns";
import { dec, max, min, sumOf, type Decimal } from "../decimal";
import type { ReturnBasis } from "../publications";

type Row = ReturnReceived["lines"][number];
/** Where returned goods went. */
export type Disposition = NonNullable<Row["disposition"]>;

/** What moves by itself of a returned line: the item, or one component of a kit. */
export interface Goods {
  /** `line`, or `line/component` for a kit. */
  key: string;
  /** So many are one unit sold; null for what came in place of a kit and its pieces. */
  per: Decimal | null;
  received: Decimal;
  byDisposition: Readonly<Record<Disposition, Decimal>>;
  notInspected: Decimal;
}

/** Kits that came with pieces missing: so many pieces of so many. */
export interface Incomplete { kits: Decimal; came: Decimal; of: Decimal }

export interface CameBack {
  goods: Goods[];
  otherItem: string | null;
  incomplete: Incomplete | null;
  /** In units sold, of so much of each: kits that are whole, and those of which something is there. */
  units(of: (goods: Goods) => Decimal): { whole: Decimal; begun: Decimal };
}

/** What came back of a line, by what moves. A kit comes back as itself or as its components: `min over components ⌊returned ÷ per kit⌋` are whole (P10). */
export function sortOut(line: string, bought: NonNullable<ReturnBasis["bought"]>[number] | undefined, rows: readonly Row[]): CameBack {
  const own = (row: Row) => bought?.items.includes(row.item) ?? true;
  if (bought?.pieces) return kitsBack(line, bought.pieces, rows, own);
  const goods = goodsOf(line, dec(1), rows.map((row) => ({ row, times: dec(1) })));
  return { goods: [goods], otherItem: rows.find((row) => !own(row))?.item ?? null, incomplete: null, units: (of) => ({ whole: of(goods), begun: of(goods) }) };
}

type Piece = NonNullable<NonNullable<ReturnBasis["bought"]>[number]["pieces"]>[number];

function kitsBack(line: string, pieces: readonly Piece[], rows: readonly Row[], isKit: (row: Row) => boolean): CameBack {
  const pieceOf = (row: Row) => pieces.find(({ item, component }) => (row.component === undefined ? row.item === item : row.component === component));
  const all = pieces.map((piece) => goodsOf(piece.key, dec(piece.per), rows.flatMap((row) => { const found = pieceOf(row); return found === piece ? [{ row, times: dec(1) }] : !found && isKit(row) ? [{ row, times: dec(piece.per) }] : []; })));
  const others = rows.filter((row) => !pieceOf(row) && !isKit(row)), other = goodsOf(line, null, others.map((row) => ({ row, times: dec(1) })));
  const kits = (of: (goods: Goods) => Decimal) => all.map((goods) => of(goods).div(goods.per ?? 1));
  const whole = (of: (goods: Goods) => Decimal) => kits(of).map((count) => count.floor()).reduce(min), begun = (of: (goods: Goods) => Decimal) => kits(of).map((count) => count.ceil()).reduce(max);
  const here = ({ received, byDisposition }: Goods) => received.minus(byDisposition.sent_back), missing = begun(here).minus(whole(here));
  return {
    goods: others.length === 0 ? all : [...all, other], otherItem: others[0]?.item ?? null, units: (of) => ({ whole: whole(of), begun: begun(of).plus(of(other)) }),
    incomplete: missing.lte(0) ? null : { kits: missing, came: sumOf(all, (goods) => here(goods).minus(whole(here).times(goods.per ?? 1))), of: sumOf(all, ({ per }) => missing.times(per ?? 1)) },
  };
}

function goodsOf(key: string, per: Decimal | null, rows: readonly { row: Row; times: Decimal }[]): Goods {
  const of = (disposition: Disposition | undefined) => sumOf(rows.filter(({ row }) => row.disposition === disposition), ({ row, times }) => dec(row.quantity).times(times));
  const byDisposition = { restock: of("restock"), scrap: of("scrap"), to_supplier: of("to_supplier"), sent_back: of("sent_back") };
  return { key, per, received: sumOf(rows, ({ row, times }) => dec(row.quantity).times(times)), byDisposition, notInspected: of(undefined) };
}
