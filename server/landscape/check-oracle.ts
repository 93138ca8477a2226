import { InnerDoors } from './kit/client';
import { runProgram } from './kit/foreseen';
import { readLandscapeFile, stateDirectory, systemNames } from './kit/landscape-file';
import { readScript } from './generator/generate';
import { masterData } from './master-data';
import { readActual } from './oracle/actual';
import { compareOracle } from './oracle/compare';
import { expectAll } from './oracle/expected';
import { readUndecided } from './oracle/undecided';

await runProgram(async () => {
  const stateDir = stateDirectory();
  const landscape = readLandscapeFile(stateDir);
  const doors = InnerDoors.fromFile(stateDir);
  const script = readScript(stateDir);
  // Alone it asks nobody: then nothing is excused.
  const undecided = process.argv.includes('--undecided') ? await readUndecided(process.stdin) : [];
  const actual = await readActual(doors);
  const differences = compareOracle(expectAll(script, masterData(landscape.seed, landscape.today).rates), actual, undecided);
  const awaited = differences.filter((difference) => difference.awaits !== null);
  const faults = new Map<string, number>();
  for (const name of systemNames) for (const [kind, hits] of await doors.faultHits(name)) faults.set(kind, (faults.get(kind) ?? 0) + hits);
  const stories = new Map<string, number>();
  for (const { scenario } of script) stories.set(scenario, (stories.get(scenario) ?? 0) + 1);
  const documents = Object.fromEntries(Object.entries(actual).map(([ledger, rows]) => [ledger, (rows as unknown[]).length]));
  const words = (counts: Iterable<[string, number]>): string => [...counts].map(([name, count]) => `${name} ${count}`).join(', ');

  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ orders: script.length, stories: Object.fromEntries(stories), faults: Object.fromEntries(faults), documents, differences }, null, 1)}\n`);
  else {
    for (const row of differences.slice(0, 200)) {
      const awaits = row.awaits === null ? '' : ` (awaits a decision: ${row.awaits})`;
      process.stdout.write(`${row.orderNumber ?? 'whole ledger'} ${row.scenario ?? ''} ${row.what} ${row.where ?? ''}: expected ${row.expected}, actual ${row.actual}${awaits}\n`);
    }
    process.stdout.write(`stories: ${words(stories)}\nfaults met: ${words(faults)}\nledgers: ${words(Object.entries(documents))}\n`);
    process.stdout.write(`${script.length} orders, ${differences.length - awaited.length} differences, ${awaited.length} waiting for a decision\n`);
  }
  process.exitCode = differences.length === awaited.length ? 0 : 1;
});
