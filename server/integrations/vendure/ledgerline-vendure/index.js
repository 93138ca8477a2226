const { createHash, createHmac } = require("node:crypto");
const { Column, Entity, Index, LessThanOrEqual } = require("typeorm");
const { EventBus, HistoryEntryEvent, HistoryService, Logger, Order, OrderService, PluginCommonModule, ProcessContext, RefundEvent, RequestContextService, TransactionalConnection, VendureEntity, VendurePlugin } = require("@vendure/core");
const { snapshotRelations, snapshotOf } = require("./snapshot");

/**
 * One thing that happened to an order and that the tower has not confirmed yet. It is written in the transaction of the
 * change itself, so neither exists without the other; it is deleted once the tower has stored the message.
 */
class LedgerlineOutbox extends VendureEntity {}
Entity("ledgerline_outbox")(LedgerlineOutbox);
const column = (type, name, more = {}) => { Column({ type, ...more })(LedgerlineOutbox.prototype, name); };
column("varchar", "orderId");
column("varchar", "happened");
column("int", "attempts", { default: 0 });
// epoch milliseconds: the databases' own times differ in precision
column("bigint", "dueAt");
Index()(LedgerlineOutbox.prototype, "dueAt");

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
const orderNote = "ORDER_NOTE";
const logged = "Ledgerline";

/**
 * Pushes the state of an order to `POST {url}/api/webhooks/{connector}` after each entry in its history (placed, payment,
 * fulfilment, refund, cancellation, modification). One push at a time of one order; what happened meanwhile is told by the
 * next. The message's id is made of its content: a repeat is known by it, and `version` tells which of two states is later.
 */
class LedgerlinePlugin {
  /** @param {Options} options */
  static init(options) {
    LedgerlinePlugin.options = { ...defaults, ...options, url: options.url.replace(/\/+$/, "") };
    return LedgerlinePlugin;
  }

  constructor(eventBus, connection, orders, history, contexts, processContext) {
    Object.assign(this, { eventBus, connection, orders, history, contexts, processContext });
  }

  onApplicationBootstrap() {
    const note = (ctx, orderId, happened) => this.connection.getRepository(ctx, LedgerlineOutbox).save(new LedgerlineOutbox({ orderId: String(orderId), happened, dueAt: Date.now() }));
    this.eventBus.registerBlockingEventHandler({
      event: HistoryEntryEvent, id: "ledgerline-history",
      handler: async ({ ctx, entity, type, historyType }) => {
        if (historyType === "order" && type === "created" && entity.type !== orderNote) await note(ctx, entity.order.id, entity.type);
      },
    });
    // Vendure writes no history when a refund is begun.
    this.eventBus.registerBlockingEventHandler({ event: RefundEvent, id: "ledgerline-refund", handler: ({ ctx, order }) => note(ctx, order.id, "ORDER_REFUND_CREATED") });
    if (this.processContext.isServer) this.later(0);
  }

  onApplicationShutdown() {
    this.stopped = true;
    clearTimeout(this.timer);
    return this.running;
  }

  later(ms) {
    this.timer = setTimeout(() => {
      this.running = this.round().catch((error) => { Logger.error(`The outbox could not be read: ${error.message}`, logged); }).then(() => { if (!this.stopped) this.later(LedgerlinePlugin.options.pollMs); });
    }, ms);
  }

  /** Tells all that is due, the oldest first. An order that cannot be told holds nobody else up; a tower that is away ends the round. */
  async round() {
    const outbox = this.connection.rawConnection.getRepository(LedgerlineOutbox);
    const due = await outbox.find({ where: { dueAt: LessThanOrEqual(Date.now()) }, order: { createdAt: "ASC", id: "ASC" }, take: atOnce });
    for (const orderId of new Set(due.map((entry) => entry.orderId))) {
      if (this.stopped) return;
      const entries = await outbox.find({ where: { orderId }, order: { createdAt: "ASC", id: "ASC" } });
      const failure = await this.tell(orderId, entries);
      if (failure === null) await outbox.delete(entries.map(({ id }) => id));
      else {
        const attempts = Math.max(...entries.map((entry) => entry.attempts)) + 1;
        await outbox.update(entries.map(({ id }) => id), { attempts, dueAt: Date.now() + waitMs(attempts) });
        Logger.warn(`Order ${orderId} could not be told (try ${attempts}): ${failure.message}`, logged);
        if (failure.away) return;
      }
    }
  }

  /** Null: the tower has it, or there is nothing to tell. */
  async tell(orderId, entries) {
    const order = await this.read(orderId);
    // A basket is nobody's business yet; its history is told with the order once it is placed.
    if (!order?.orderPlacedAt) return null;
    const { url, connector, secret, timeoutMs } = LedgerlinePlugin.options;
    const message = { type: "order.snapshot", because: entries.map(({ happened }) => happened), data: { order } };
    const digest = createHash("sha256").update(JSON.stringify(message)).digest("hex").slice(0, 24);
    const body = JSON.stringify({ id: `${order.code}:${order.version}:${digest}`, ...message });
    const t = Math.floor(Date.now() / 1000);
    const signature = `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
    try {
      const answer = await fetch(`${url}/api/webhooks/${encodeURIComponent(connector)}`, {
        method: "POST", headers: { "content-type": "application/json", "ledgerline-signature": signature }, body, redirect: "error", signal: AbortSignal.timeout(timeoutMs),
      });
      return answer.ok ? null : { away: answer.status >= 500 || answer.status === 429, message: `the tower answered ${answer.status}` };
    } catch (error) {
      return { away: true, message: error.message };
    }
  }

  /** The version is read before the order: what changes in between is told as of too low a version, and again by its own entry. */
  async read(orderId) {
    const head = await this.connection.rawConnection.getRepository(Order).findOne({ where: { id: orderId }, relations: ["payments", "payments.refunds", "channels"] });
    if (!head) return null;
    const ctx = await this.contexts.create({ apiType: "admin", channelOrToken: head.channels[0].token });
    const { items: entries } = await this.history.getHistoryForOrder(ctx, orderId, false, { filter: { type: { notEq: orderNote } }, sort: { createdAt: "ASC", id: "ASC" }, take: 1000 });
    const version = entries.length + head.payments.reduce((sum, { refunds }) => sum + refunds.length, 0);
    const order = await this.orders.findOne(ctx, orderId, [...snapshotRelations]);
    return order ? snapshotOf(order, entries, version) : null;
  }
}
LedgerlinePlugin.options = null;

/** Doubles up to the longest, a fifth of it by chance, so that many shops do not come back at once. */
function waitMs(attempts) {
  const { firstRetryMs, longestRetryMs } = LedgerlinePlugin.options;
  return Math.round(Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20)) * (0.8 + 0.2 * Math.random()));
}

Reflect.defineMetadata("design:paramtypes", [EventBus, TransactionalConnection, OrderService, HistoryService, RequestContextService, ProcessContext], LedgerlinePlugin);
VendurePlugin({ imports: [PluginCommonModule], entities: [LedgerlineOutbox], compatibility: "^3.0.0" })(LedgerlinePlugin);

module.exports = { LedgerlinePlugin, LedgerlineOutbox };
