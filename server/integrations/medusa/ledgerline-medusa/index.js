const { container } = require("@medusajs/framework");
const { ContainerRegistrationKeys, Module, Modules } = require("@medusajs/framework/utils");
const { tellAll } = require("./push");
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

  round() {
    const of = (entries) => this.rows().whereIn("id", entries.map(({ id }) => id));
    const queue = {
      due: async () => [...new Set((await this.rows().where("due_at", "<=", new Date()).orderBy("id").limit(atOnce)).map((entry) => entry.order_id))],
      of: (orderId) => this.rows().where({ order_id: orderId }).orderBy("id"),
      done: (entries) => of(entries).delete(),
      putOff: (entries, attempts, dueAt) => of(entries).update({ attempts, due_at: new Date(dueAt) }),
    };
    return tellAll({ outbox: queue, compose: (orderId, entries) => this.compose(orderId, entries), options: this.options, warn: (text) => { this.logger.warn(`Ledgerline: ${text}`); }, isStopped: () => this.stopped });
  }

  async compose(orderId, entries) {
    const order = await this.read(orderId);
    return order === null ? null : { name: order.id, message: { type: "order.snapshot", data: { order } }, headers: { "ledgerline-because": [...new Set(entries.map(({ happened }) => happened))].join(", ") } };
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

module.exports = { default: Module("ledgerline", { service: LedgerlineService }) };
