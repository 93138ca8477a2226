/** Aborted when the process is told to stop: open event streams must end, or the web server would wait for them. */
const holder = globalThis as unknown as { ledgerlineShutdown?: AbortController };
export const shutdown = (holder.ledgerlineShutdown ??= new AbortController());
