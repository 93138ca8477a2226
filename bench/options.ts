/** Parts that can be run alone with `--only`. */
export const parts = ["plan", "plain", "queue", "chains", "slow", "events", "latency", "memory", "burst", "workers", "recovery", "flood", "simulator", "large", "busy", "reconcile"] as const;
const counts = ["runs", "orders", "chains", "flood", "lines", "open", "seeds"] as const;
export type Part = (typeof parts)[number];

export interface Options {
  runs: number;
  /** Orders that go through web and worker before their memory is read. */
  orders: number;
  /** Orders of one run of the chains. */
  chains: number;
  /** Messages that are replayed, calls that wait for a dead system, and postings that wait for a stop, beside postings. */
  flood: number;
  /** Lines of the large order. */
  lines: number;
  /** Open orders of the busy customer. */
  open: number;
  /** Seeds of one run of the simulator. */
  seeds: number;
  json: boolean;
  quick: boolean;
  /** Folder into which the worker writes a CPU profile of each run. */
  profile: string | null;
  only: readonly Part[];
}

/** Throws with one sentence for a word or number that it does not know. */
export function optionsFrom(args: readonly string[]): Options {
  const quick = args.includes("--quick");
  const options: Options = { runs: quick ? 1 : 3, orders: quick ? 300 : 10_000, chains: quick ? 150 : 2_000, flood: quick ? 500 : 100_000, lines: quick ? 50 : 5_000, open: quick ? 50 : 10_000, seeds: quick ? 20 : 300, json: false, quick, profile: null, only: parts };
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const value = (): string => args[(at += 1)] ?? "";
    if (word === "--json") options.json = true;
    else if (counts.some((count) => word === `--${count}`)) options[word.slice(2) as "runs"] = countFrom(word, value());
    else if (word === "--profile") options.profile = value();
    else if (word === "--only") options.only = partsFrom(value());
    else if (word !== "--quick") throw new Error(`npm run bench knows no "${word}": it takes --json, --quick, ${counts.map((count) => `--${count} N`).join(", ")}, --profile FOLDER and --only ${parts.join(",")}`);
  }
  return options;
}

function countFrom(word: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${word} ${text} is not a number from 1 on`);
  return count;
}

function partsFrom(text: string): Part[] {
  return text.split(",").map((name) => {
    const part = parts.find((one) => one === name);
    if (!part) throw new Error(`--only knows no "${name}": it takes ${parts.join(", ")}`);
    return part;
  });
}
