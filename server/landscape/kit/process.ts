import { join } from 'node:path';
import { connection, readLandscapeFile, stateDirectory } from './landscape-file';
import { startSystem, type RunningSystem, type SystemContext, type SystemDefinition } from './system';

/**
 * Runs one system as this process: settings from `landscape.json` (written by the supervisor), until SIGTERM, SIGINT or
 * the end of the supervisor's ipc channel.
 */
export async function runSystem(name: string, define: (context: SystemContext) => SystemDefinition): Promise<void> {
  const stateDir = stateDirectory();
  const landscape = readLandscapeFile(stateDir);
  const system = connection(landscape, name);
  const running: RunningSystem = await startSystem(
    name,
    {
      port: system.port,
      journalPath: join(stateDir, 'landscape', `${name}.jsonl`),
      seed: landscape.seed,
      speed: landscape.speed,
      today: landscape.today,
      credentials: system.credentials,
      webhook: system.webhookSecret === undefined ? null : { base: landscape.webhookBase, secret: system.webhookSecret },
    },
    define,
  );
  onStop(() => running.close());
  process.send?.({ type: 'ready', name, url: running.url });
}

/** One orderly end for every process of the landscape; a second signal ends it at once. */
export function onStop(close: () => Promise<void>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    const hurry = setTimeout(() => process.exit(1), 5_000);
    hurry.unref();
    close().then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.send !== undefined) process.on('disconnect', stop);
}
