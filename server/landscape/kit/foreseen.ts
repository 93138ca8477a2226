/** A foreseen reason not to go on: one sentence for the person at the terminal, with what to do. */
export class Foreseen extends Error {}

/** Runs a program of the command line: what was foreseen is one sentence on standard error, with exit code 2. */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  // a reader that has seen enough, as head, stops nothing
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error; });
  try {
    await program();
  } catch (error) {
    if (!(error instanceof Foreseen)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
