const { createHash, createHmac } = require("node:crypto");

/**
 * What happened to orders and is not confirmed by the tower yet.
 * @typedef {object} Outbox
 * @property {() => Promise<string[]>} due Orders of which something is due, the oldest first
 * @property {(orderId: string) => Promise<{ attempts: number }[]>} of All that is noted of an order
 * @property {(entries: object[]) => Promise<unknown>} done The tower has it
 * @property {(entries: object[], attempts: number, dueAt: number) => Promise<unknown>} putOff Until then, in epoch milliseconds
 */

/**
 * Tells all that is due, the oldest first. An order that cannot be read, or that the tower refuses, is put off and holds
 * nobody else up; a tower that is away ends the round. `compose` reads an order and says what is told of it: null is nothing.
 */
async function tellAll({ outbox, compose, options, warn, isStopped }) {
  for (const orderId of await outbox.due()) {
    if (isStopped()) return;
    const entries = await outbox.of(orderId);
    if (entries.length === 0) continue;
    const failure = await tell(await composed(compose, orderId, entries), options);
    if (failure === null) { await outbox.done(entries); continue; }
    const attempts = Math.max(...entries.map((entry) => entry.attempts)) + 1;
    await outbox.putOff(entries, attempts, Date.now() + waitMs(attempts, options));
    warn(`Order ${orderId} could not be told (try ${attempts}): ${failure.message}`);
    if (failure.away) return;
  }
}

async function composed(compose, orderId, entries) {
  try { return { told: await compose(orderId, entries) }; } catch (error) { return { unreadable: error.message }; }
}

/** Null: the tower has it, or there is nothing to tell. The id is made of the content: the same again is known by it. */
async function tell({ told, unreadable }, { url, connector, secret, timeoutMs }) {
  if (unreadable !== undefined) return { away: false, message: `it cannot be read: ${unreadable}` };
  if (told === null) return null;
  const digest = createHash("sha256").update(JSON.stringify(told.message)).digest("hex").slice(0, 24);
  const body = JSON.stringify({ id: `${told.name}:${digest}`, ...told.message });
  const t = Math.floor(Date.now() / 1000);
  const signature = `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
  try {
    const answer = await fetch(`${url}/api/webhooks/${encodeURIComponent(connector)}`, {
      method: "POST", headers: { "content-type": "application/json", "ledgerline-signature": signature, ...told.headers }, body, redirect: "error", signal: AbortSignal.timeout(timeoutMs),
    });
    return answer.ok ? null : { away: answer.status >= 500 || answer.status === 429, message: `the tower answered ${answer.status}` };
  } catch (error) {
    return { away: true, message: error.message };
  }
}

/** Doubles up to the longest, a fifth of it by chance, so that many shops do not come back at once. */
const waitMs = (attempts, { firstRetryMs, longestRetryMs }) => Math.round(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20)) * (0.8 + 0.2 * Math.random()));

module.exports = { tellAll };
