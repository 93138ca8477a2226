import type { MappedKind } from "./mapped-kinds";

/** What a system has behind a code that nobody mapped. */
export interface ForeignRecord { kind: MappedKind; system: string; code: string; name: string; reference?: string | undefined; email?: string | undefined; unit?: string | undefined }
/** A record of ours that a code may mean. `units`: those an item is kept in. */
export interface OwnRecord { key: string; name: string; email?: string | undefined; units?: readonly string[] | undefined }

export const confidences = ["certain", "likely", "possible"] as const;
export type Confidence = (typeof confidences)[number];
/** `score` from 0 to 1, `because` in words for a person; `rival` speaks just as well for the same code. */
export interface Pair { code: string; own: string; score: number; confidence: Confidence; because: string[]; rival: string | null }

/** Below this a pair is not worth a look. */
const worthShowing = 0.5;
/** Within this of the best, another record speaks just as well. */
const tooClose = 0.1;
/** Most records that are compared for one code: those that share its rarest words. */
const mostCandidates = 50;

/**
 * For each code the record of ours that it most likely means, the surest first; a code of which nothing speaks for any record
 * has none. A suggestion only: a person confirms it. Certain is what one strong sign says (our own code kept there, the same code
 * or address with nothing against it, the same words where no other record has them) and no other record says as well.
 * Names are compared by their words, a rare word counting for more than one that half of the records have (inverse document
 * frequency, Sparck Jones 1972), by the share that both have of what either has.
 */
export function suggestPairs(foreign: readonly ForeignRecord[], own: readonly OwnRecord[]): Pair[] {
  const index = indexOf(own);
  const pairs = foreign.flatMap((record) => best(record, index) ?? []);
  return distinctOwn(pairs).sort((a, b) => b.score - a.score || a.code.localeCompare(b.code));
}

interface Index { byKey: ReadonlyMap<string, Entry>; byName: ReadonlyMap<string, readonly Entry[]>; byEmail: ReadonlyMap<string, readonly Entry[]>; byWord: ReadonlyMap<string, readonly Entry[]>; weight: (word: string) => number }
interface Entry { record: OwnRecord; words: ReadonlySet<string> }

function indexOf(own: readonly OwnRecord[]): Index {
  const entries = [...own].sort((a, b) => a.key.localeCompare(b.key)).map((record): Entry => ({ record, words: wordsOf(record.name) }));
  const byWord = grouped(entries, ({ words }) => [...words]);
  return {
    byKey: new Map(entries.map((entry) => [folded(entry.record.key), entry])),
    byName: grouped(entries, ({ words }) => (words.size === 0 ? [] : [sameName(words)])),
    byEmail: grouped(entries, ({ record }) => (record.email ? [record.email.trim().toLowerCase()] : [])),
    byWord,
    weight: (word) => Math.log(1 + own.length / (byWord.get(word)?.length ?? 0.5)),
  };
}

function best(record: ForeignRecord, index: Index): Pair | null {
  const [first, second] = candidates(record, index).map((entry) => ({ entry, ...judged(record, entry, index) })).filter(({ score }) => score >= worthShowing)
    .sort((a, b) => b.score - a.score || a.entry.record.key.localeCompare(b.entry.record.key));
  if (!first) return null;
  const rival = second && first.score - second.score < tooClose ? second.entry.record.key : null;
  return { code: record.code, own: first.entry.record.key, score: first.score, because: first.because, rival, confidence: rival === null ? confidenceOf(first.score) : "possible" };
}
const confidenceOf = (score: number): Confidence => (score >= 0.9 ? "certain" : score >= 0.7 ? "likely" : "possible");

/** Records that share the reference, the code, the address, the name or a word, the rarest words first. */
function candidates(record: ForeignRecord, index: Index): Entry[] {
  const found = new Set<Entry>();
  for (const key of [record.reference, record.code]) {
    const entry = key === undefined ? undefined : index.byKey.get(folded(key));
    if (entry) found.add(entry);
  }
  for (const entry of index.byEmail.get(record.email?.trim().toLowerCase() ?? "") ?? []) found.add(entry);
  const words = wordsOf(record.name);
  for (const entry of index.byName.get(sameName(words)) ?? []) found.add(entry);
  for (const word of [...words].sort((a, b) => index.weight(b) - index.weight(a))) {
    for (const entry of index.byWord.get(word) ?? []) {
      if (found.size >= mostCandidates) return [...found];
      found.add(entry);
    }
  }
  return [...found];
}

/** Signs that agree add up as independent doubts do: each leaves a part of what the others left open. Signs against take a share away. */
function judged(record: ForeignRecord, { record: own, words }: Entry, index: Index): { score: number; because: string[] } {
  const signs: [number, string][] = [], against: [number, string][] = [];
  if (record.reference !== undefined && folded(record.reference) === folded(own.key)) signs.push([0.95, "it keeps our code"]);
  if (folded(record.code) === folded(own.key)) signs.push([0.8, "same code"]);
  if (record.email && own.email && record.email.trim().toLowerCase() === own.email.trim().toLowerCase()) signs.push(index.byEmail.get(own.email.trim().toLowerCase())?.length === 1 ? [0.85, "same e-mail address"] : [0.5, "an e-mail address of several"]);
  const alike = likeness(wordsOf(record.name), words, index.weight);
  if (alike === 1) signs.push([0.9, "same name"]);
  else if (alike >= 0.3) signs.push([0.85 * alike, "similar name"]);
  else if (record.name !== "" && own.name !== "") against.push([0.4, "another name"]);
  if (record.unit !== undefined && own.units !== undefined && own.units.length > 0 && !own.units.includes(record.unit)) against.push([0.15, `counted in ${record.unit} there, in ${own.units.join(", ")} here`]);
  const left = signs.reduce((open, [sign]) => open * (1 - sign), 1);
  return { score: against.reduce((score, [share]) => score * (1 - share), 1 - left), because: [...signs, ...against].map(([, why]) => why) };
}

/** One record for two codes of one system may be right (a customer with two accounts) and is never sure. */
function distinctOwn(pairs: readonly Pair[]): Pair[] {
  const claims = grouped(pairs, ({ own }) => [own]);
  return pairs.map((pair): Pair => {
    const others = (claims.get(pair.own) ?? []).filter(({ code }) => code !== pair.code).map(({ code }) => code).sort();
    return others.length === 0 ? pair : { ...pair, confidence: "possible", because: [...pair.because, `${others.slice(0, 3).join(", ")} would mean it too`] };
  });
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>, weight: (word: string) => number): number {
  if (a.size === 0 || b.size === 0) return 0;
  const sum = (words: Iterable<string>): number => [...words].reduce((total, word) => total + weight(word), 0);
  const both = sum([...a].filter((word) => b.has(word)));
  return both === 0 ? 0 : [...a].every((word) => b.has(word)) && a.size === b.size ? 1 : both / (sum(a) + sum(b) - both);
}

const sameName = (words: ReadonlySet<string>): string => [...words].sort().join(" ");
const folded = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
/** Forms of companies say nothing of which company it is. */
const forms = new Set(["inc", "incorporated", "llc", "ltd", "limited", "co", "company", "corp", "corporation", "gmbh", "ag", "sa", "plc", "the", "and", "of"]);
const wordsOf = (name: string): ReadonlySet<string> => {
  const words = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}.]+/u).map((word) => word.replace(/\.+$|(?<!\d)\.|\.(?!\d)/g, "")).filter(Boolean);
  const telling = words.filter((word) => !forms.has(word));
  return new Set(telling.length > 0 ? telling : words);
};

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) for (const key of keysOf(item)) {
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
