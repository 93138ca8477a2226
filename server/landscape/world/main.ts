import { join } from 'node:path';
import { InnerDoors } from '../kit/client';
import { readLandscapeFile, stateDirectory } from '../kit/landscape-file';
import { onStop } from '../kit/process';
import { World } from './world';

const lookEveryMs = 250;
const sayAgainAfterMs = 30_000;

const stateDir = stateDirectory();
const landscape = readLandscapeFile(stateDir);
const world = new World(InnerDoors.fromFile(stateDir), { stateDir, speed: landscape.speed, journalPath: join(stateDir, 'landscape', 'world.jsonl') });

let isStopping = false;
let lastSaid = 0;

async function live(): Promise<void> {
  while (!isStopping) {
    try {
      await world.turn();
    } catch (error) {
      // A system may be down; the world waits for it and says so now and then.
      if (Date.now() - lastSaid > sayAgainAfterMs) process.stderr.write(`world: ${error instanceof Error ? error.message : String(error)}\n`);
      lastSaid = Date.now();
    }
    await new Promise((done) => setTimeout(done, lookEveryMs));
  }
  world.close();
}

const living = live();
onStop(async () => {
  isStopping = true;
  await living;
});
process.send?.({ type: 'ready', name: 'world' });
