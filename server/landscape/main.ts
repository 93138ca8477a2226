import { onStop } from './kit/process';
import { optionsFromEnvironment, superviseLandscape } from './supervisor';

try {
  const landscape = await superviseLandscape(optionsFromEnvironment(process.env));
  onStop(() => landscape.close());
  const ports = landscape.file.systems.map((system) => `${system.name} ${system.port}`).join(', ');
  process.stdout.write(`landscape: up on 127.0.0.1 (${ports}), ${landscape.file.speed} simulated minutes a minute\n`);
  process.send?.({ type: 'ready' });
} catch (error) {
  process.stderr.write(`landscape: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
  if (process.send !== undefined) process.disconnect();
}
