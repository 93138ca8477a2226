import { dec, max, zero, type Decimal } from "../decimal";
import { allOf, publishedOf, type Known } from "../facts";
import type { Instant } from "../instant";
import { referenceId, type PlanInput, type Publication, type ReferenceKey } from "../plan";
import { routeFor, type Policy } from "../policy";
import type { StockTold } from "../publications";
import { codeKey, type TargetCode } from "../awaited-codes";
import { codebook, mapKey } from "../order-to-cash/order/codes";
import { stockWordsKept } from "../contracts/masters";
import type { EventData } from "../contracts/registry";
import { subjectId } from "../subject";

/** One system's count of an item in a warehouse, in base units, as it said it at `at`. */
export interface Count {
  source: string; onHand: Decimal; allocated: Decimal;
  /** What it may still promise: never below nothing. */
  free: Decimal;
  /** By the source's own clock, and when we heard it. */
  at: Instant; heardAt: Instant;
}

/** Where a count belongs once its source's codes are read in our words; null while one of them means nothing here. */
interface Place { item: string; warehouse: string }

const positionKey = ({ item, warehouse }: Place): string => `${item}/${warehouse}`;
const stockTopic = "stock.told";

type Told = Known<EventData<"stock.positioned">>;
const toldHere = (input: Pick<PlanInput, "facts">): Told[][] => [...Map.groupBy(allOf(input.facts, "stock.positioned"), ({ source }) => source).values()];

function placeOf({ reference, policy }: Pick<PlanInput, "reference" | "policy">, { source, data }: Told): Place | null {
  const book = codebook(reference, source, policy), item = book.canonical("item", data.item), warehouse = book.canonical("warehouse", data.warehouse);
  return item.ok && warehouse.ok ? { item: item.value, warehouse: warehouse.value } : null;
}

/** What a source's codes mean here. */
export const codesOf = (input: Pick<PlanInput, "facts">): ReferenceKey[] =>
  toldHere(input).flatMap(([told]) => (told ? [mapKey("item", told.source, told.data.item), mapKey("warehouse", told.source, told.data.warehouse), { topic: "item", key: told.data.item }] : []));

const wordsOf = (told: readonly Told[]): StockTold["words"] => told.slice(-stockWordsKept).map(({ data, recordedAt }) => ({ onHand: data.onHand, allocated: data.allocated, at: data.at, heardAt: recordedAt }));

export interface Sorted {
  /** Each source's words on this very position, oldest first. */
  words: Map<string, Count[]>;
  item: string | null; warehouse: string | null;
  /** To the position that is meant, where a source speaks in other codes than ours. */
  publications: Publication[];
  /** A code of it means nothing here yet. */
  unread: string | null;
}

/** Sorts what is told under this key: what is of this position, and what belongs to another because its source has other words for it. */
export function sortCounts(input: Pick<PlanInput, "subject" | "facts" | "policy" | "reference">): Sorted {
  const sorted: Sorted = { words: new Map(), item: null, warehouse: null, publications: [], unread: null };
  const add = (source: string, { item, warehouse }: Place, words: StockTold["words"]) => {
    sorted.item = item; sorted.warehouse = warehouse;
    sorted.words.set(source, words.map((word) => ({ source, onHand: dec(word.onHand), allocated: dec(word.allocated), free: max(zero, dec(word.onHand).minus(word.allocated)), at: word.at, heardAt: word.heardAt })));
  };
  const own = input.subject.id;
  for (const told of toldHere(input)) {
    const last = told.at(-1);
    if (!last) continue;
    const place = placeOf(input, last), to = place === null ? null : { entity: input.subject.entity, kind: "stock_position" as const, key: positionKey(place) };
    const isOwn = to !== null && subjectId(to) === own, isMapped = input.reference.has(referenceId(mapKey("item", last.source, last.data.item))) || input.reference.has(referenceId(mapKey("warehouse", last.source, last.data.warehouse)));
    if (place === null) sorted.unread = `${last.source} counts ${last.data.item} in ${last.data.warehouse}, and nobody has said what that is here.`;
    if (isOwn) add(last.source, place as Place, wordsOf(told));
    // Said to itself, it is taken from whoever was told before the mapping changed.
    if (!isOwn && to) sorted.publications.push({ topic: stockTopic, key: last.source, to, data: { source: last.source, ...(place as Place), words: wordsOf(told) } satisfies StockTold });
    else if (isMapped || !isOwn) sorted.publications.push({ topic: stockTopic, key: last.source, to: input.subject, data: null });
  }
  for (const { data } of publishedOf<StockTold | null>(input.facts, stockTopic)) if (data && !sorted.words.has(data.source)) add(data.source, data, data.words);
  return sorted;
}

/** Whose word on stock counts, the first that speaks: who is asked for allocations, else where a warehouse route leads. */
export const keepersOf = (policy: Policy): string[] => [...new Set([
  ...[policy.systemsOfRecord["allocation"] ?? []].flat(), ...policy.routes.filter(({ capability }) => capability === "warehouse").map(({ connector }) => connector), ...(policy.formerSystems?.warehouse ?? []),
])];

/** The channel whose count is kept in step; null where no route leads to one. */
export const channelOf = (policy: Policy): string | null => routeFor(policy, "stock", "stock")?.connector ?? null;

/** The item's own record, which says in what it is counted. */
export const itemKey = (item: string): ReferenceKey => ({ topic: "item", key: item });
export const isKnownItem = ({ reference }: Pick<PlanInput, "reference">, item: string): boolean => reference.has(referenceId(itemKey(item)));

/** What the channel calls the item and the warehouse, where the cross-reference says so. */
export const channelCodes = (channel: string, { item, warehouse }: Place): ReferenceKey[] => [codeKey("item", channel, item), codeKey("warehouse", channel, warehouse)];
export const hasCodes = ({ reference }: Pick<PlanInput, "reference">, channel: string, place: Place): boolean =>
  channelCodes(channel, place).every((key) => ((reference.get(referenceId(key))?.data ?? null) as TargetCode | null) !== null);
