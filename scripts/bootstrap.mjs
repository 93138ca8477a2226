// The door to every npm command. Needs no dependency and no Node newer than 20, since it installs both.
const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
  process.stderr.write(`Ledgerline needs Node 20 or later to start with and this is ${process.versions.node}: install a newer Node.\n`);
  process.exit(1);
}

// the demo and a trial with real systems keep nothing in common, so neither disturbs the other
if (process.argv[2] === "try") process.env.TOWER_STATE_DIR ||= ".tower/real";
const { root } = await import("./lib/place.mjs");
const { Refusal } = await import("./lib/voice.mjs");
process.chdir(root);

/** @type {Record<string, () => Promise<(args: string[]) => Promise<number>>>} */
const modes = {
  start: async () => (await import("./modes/start.mjs")).start,
  try: async () => (await import("./modes/try.mjs")).tryReal,
  test: async () => (await import("./modes/test.mjs")).test,
  check: async () => (await import("./modes/test.mjs")).check,
  tower: async () => (await import("./modes/tower.mjs")).tower,
  chaos: async () => (await import("./modes/chaos.mjs")).chaos,
  prisma: async () => (await import("./modes/tower.mjs")).prisma,
  bench: async () => (await import("./modes/bench.mjs")).bench,
  simulate: async () => (await import("./modes/simulate.mjs")).simulate,
};

const [mode = "start", ...args] = process.argv.slice(2);
try {
  const load = modes[mode];
  if (!load) throw new Refusal(`There is no "${mode}": choose one of ${Object.keys(modes).join(", ")}.`);
  const run = await load();
  process.exitCode = await run(args);
} catch (error) {
  process.stderr.write(error instanceof Refusal ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
// a handle that somebody forgot must not keep a finished command alive
process.stdout.write("", () => process.exit());
