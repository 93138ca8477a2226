const began = Date.now();

/** Progress, on standard error only: standard output belongs to the command that was asked for. @param {string} text */
export function say(text) {
  process.stderr.write(`[ledgerline +${((Date.now() - began) / 1000).toFixed(1)}s] ${text}\n`);
}

/** A foreseen reason not to go on. Its message is one sentence for the person at the terminal, with what to do. */
export class Refusal extends Error {}
