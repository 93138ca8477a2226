import { InnerDoors } from './kit/client';
import { readLandscapeFile, stateDirectory } from './kit/landscape-file';
import { readScript } from './generator/generate';
import { masterData } from './master-data';
import { readActual } from './oracle/actual';
import { compareOracle } from './oracle/compare';
import { expectAll } from './oracle/expected';

const stateDir = stateDirectory();
const landscape = readLandscapeFile(stateDir);
const script = readScript(stateDir);
const differences = compareOracle(expectAll(script, masterData(landscape.seed, landscape.today).rates), await readActual(InnerDoors.fromFile(stateDir)));
const faults = differences.filter((difference) => difference.awaits === null);
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ orders: script.length, differences }, null, 1)}\n`);
else {
  for (const row of differences.slice(0, 200)) {
    const awaits = row.awaits === null ? '' : ` (awaits a decision: ${row.awaits})`;
    process.stdout.write(`${row.orderNumber ?? 'whole ledger'} ${row.scenario ?? ''} ${row.what} ${row.where ?? ''}: expected ${row.expected}, actual ${row.actual}${awaits}\n`);
  }
  process.stdout.write(`${script.length} orders, ${faults.length} differences, ${differences.length - faults.length} waiting for a decision\n`);
}
process.exitCode = faults.length === 0 ? 0 : 1;
