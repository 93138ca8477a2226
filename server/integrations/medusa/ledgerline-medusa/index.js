const { createHash, createHmac } = require("node:crypto");
const { container } = require("@medusajs/framework");
const { ContainerRegistrationKeys, Module, Modules } = require("@medusajs/framework/utils");
const { orderFields, snapshotOf } = require("./snapshot");

/**
 * @typedef {object} Options
 * @property {string} url Root of the tower, such as https://tower.example.com
 * @property {string} connector Id of the connector in the tower
 * @property {string} secret The connector's webhook secret
 * @property {number} [pollMs] How often the outbox is looked at
 * @property {number} [firstRetryMs] Wait after the first failure; it doubles with each
 * @property {number} [longestRetryMs]
 * @property {number} [timeoutMs] Of one push
 */
const defaults = { pollMs: 1000, firstRetryMs: 1000, longestRetryMs: 300_000, timeoutMs: 10_000 };
const atOnce = 50;
const outbox = "ledgerline_outbox";

/** Medusa's events carry only ids: which order each is about. */
const ofOrder = ({ id, order_id }) => order_id ?? id;
const ofLinked = (entity, path) => async ({ id }, query) => {
  const { data: [row] } = await query.graph({ entity, fields: [`${path.join(".")}.id`], filters: { id } });
  return path.reduce((inner, name) => inner?.[name], row)?.id;
};
const ofFulfilment = ofLinked("fulfillment", ["order"]), ofPayment = ofLinked("payment", ["payment_collection", "order"]);
const events = {
  "order.placed": ofOrder, "order.updated": ofOrder, "order.canceled": ofOrder, "order.completed": ofOrder, "order.fulfillment_created": ofOrder, "order.fulfillment_canceled": ofOrder,
  "order.return_requested": ofOrder, "order.return_received": ofOrder, "order.claim_created": ofOrder, "order.exchange_created": ofOrder, "order-edit.confirmed": ofOrder,
  "shipment.created": ofFulfilment, "delivery.created": ofFulfilment, "payment.captured": ofPayment, "payment.refunded": ofPayment,
};

/**
 * Pushes the state of an order to `POST {url}/api/webhooks/{connector}` after each event about it. One push at a time of one
 * order; what happened meanwhile is told by the next. The message's id is made of its content: a repeat is known by it.
 */
class LedgerlineService {
  /** @param {Options} options */
  constructor({ logger, [ContainerRegistrationKeys.PG_CONNECTION]: connection }, options) {
    this.options = { ...defaults, ...options, url: String(options?.url ?? "").replace(/\/+$/, "") };
    this.logger = logger;
    this.rows = () => connection(outbox);
    this.__hooks = { onApplicationStart: async () => this.start(), onApplicationPrepareShutdown: async () => this.stop() };
  }

  start() {
    const bus = container.resolve(Modules.EVENT_BUS), query = container.resolve(ContainerRegistrationKeys.QUERY);
    for (const [name, orderOf] of Object.entries(events)) {
      bus.subscribe(name, async ({ data }) => {
        const orderId = await orderOf(data, query);
        if (orderId) await this.rows().insert({ order_id: orderId, happened: name });
      }, { subscriberId: `ledgerline-${name}` });
    }
    this.later(0);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    return this.running;
  }

  later(ms) {
    this.timer = setTimeout(() => {
      this.running = this.round().catch((error) => { this.logger.error(`Ledgerline: the outbox could not be read: ${error.message}`); }).then(() => { if (!this.stopped) this.later(this.options.pollMs); });
    }, ms);
  }

  /** Tells all that is due, the oldest first. An order that cannot be told holds nobody else up; a tower that is away ends the round. */
  async round() {
    const due = await this.rows().where("due_at", "<=", new Date()).orderBy("id").limit(atOnce);
    for (const orderId of new Set(due.map((entry) => entry.order_id))) {
      if (this.stopped) return;
      const entries = await this.rows().where({ order_id: orderId }).orderBy("id"), ids = entries.map(({ id }) => id);
      const failure = await this.tell(orderId, entries);
      if (failure === null) await this.rows().whereIn("id", ids).delete();
      else {
        const attempts = Math.max(...entries.map((entry) => entry.attempts)) + 1;
        await this.rows().whereIn("id", ids).update({ attempts, due_at: new Date(Date.now() + waitMs(attempts, this.options)) });
        this.logger.warn(`Ledgerline: order ${orderId} could not be told (try ${attempts}): ${failure.message}`);
        if (failure.away) return;
      }
    }
  }

  /** Null: the tower has it, or there is nothing to tell. */
  async tell(orderId, entries) {
    const { url, connector, secret, timeoutMs } = this.options;
    try {
      const order = await this.read(orderId);
      if (order === null) return null;
      const message = { type: "order.snapshot", data: { order } };
      const digest = createHash("sha256").update(JSON.stringify(message)).digest("hex").slice(0, 24);
      const body = JSON.stringify({ id: `${order.id}:${digest}`, ...message });
      const t = Math.floor(Date.now() / 1000);
      const signature = `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
      const answer = await fetch(`${url}/api/webhooks/${encodeURIComponent(connector)}`, {
        method: "POST", headers: { "content-type": "application/json", "ledgerline-signature": signature, "ledgerline-because": [...new Set(entries.map(({ happened }) => happened))].join(", ") }, body, redirect: "error", signal: AbortSignal.timeout(timeoutMs),
      });
      return answer.ok ? null : { away: answer.status >= 500 || answer.status === 429, message: `the tower answered ${answer.status}` };
    } catch (error) {
      return { away: true, message: error.message };
    }
  }

  /** What makes the version is read before the order: what changes in between is told as of too low a version, and again by its own event. */
  async read(orderId) {
    const query = container.resolve(ContainerRegistrationKeys.QUERY);
    const { data: changes } = await query.graph({ entity: "order_change", fields: ["id", "actions.details"], filters: { order_id: orderId, change_type: "update_order" } });
    const { data: [order] } = await query.graph({ entity: "order", fields: orderFields, filters: { id: orderId } });
    // A draft is nobody's business yet.
    if (!order || order.is_draft_order) return null;
    const { data: reasons } = await query.graph({ entity: "return_reason", fields: ["id", "label"] });
    return snapshotOf(order, changes, reasons);
  }
}

/** Doubles up to the longest, a fifth of it by chance, so that many shops do not come back at once. */
const waitMs = (attempts, { firstRetryMs, longestRetryMs }) => Math.round(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20)) * (0.8 + 0.2 * Math.random()));

module.exports = { default: Module("ledgerline", { service: LedgerlineService }) };
