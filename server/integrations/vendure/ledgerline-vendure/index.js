const { Column, Entity, Index, LessThanOrEqual } = require("typeorm");
const { EventBus, HistoryEntryEvent, HistoryService, Logger, Order, OrderService, PluginCommonModule, ProcessContext, RefundEvent, RequestContextService, TransactionalConnection, VendureEntity, VendurePlugin } = require("@vendure/core");
const { tellAll } = require("./push");
const { snapshotRelations, snapshotOf, versionOf } = require("./snapshot");

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

  round() {
    const rows = this.connection.rawConnection.getRepository(LedgerlineOutbox), order = { createdAt: "ASC", id: "ASC" }, idsOf = (entries) => entries.map(({ id }) => id);
    const outbox = {
      due: async () => [...new Set((await rows.find({ where: { dueAt: LessThanOrEqual(Date.now()) }, order, take: atOnce })).map((entry) => entry.orderId))],
      of: (orderId) => rows.find({ where: { orderId }, order }),
      done: (entries) => rows.delete(idsOf(entries)),
      putOff: (entries, attempts, dueAt) => rows.update(idsOf(entries), { attempts, dueAt }),
    };
    return tellAll({ outbox, compose: (orderId, entries) => this.compose(orderId, entries), options: LedgerlinePlugin.options, warn: (text) => { Logger.warn(text, logged); }, isStopped: () => this.stopped });
  }

  /** A basket is nobody's business yet; its history is told with the order once it is placed. */
  async compose(orderId, entries) {
    const order = await this.read(orderId);
    return order?.orderPlacedAt ? { name: `${order.code}:${order.version}`, message: { type: "order.snapshot", because: entries.map(({ happened }) => happened), data: { order } } } : null;
  }

  /** The version is read before the order: what changes in between is told as of too low a version, and again by its own entry. */
  async read(orderId) {
    const head = await this.connection.rawConnection.getRepository(Order).findOne({ where: { id: orderId }, relations: ["payments", "payments.refunds", "channels"] });
    if (!head) return null;
    const ctx = await this.contexts.create({ apiType: "admin", channelOrToken: head.channels[0].token });
    const history = await this.history.getHistoryForOrder(ctx, orderId, false, { filter: { type: { notEq: orderNote } }, sort: { createdAt: "ASC", id: "ASC" }, take: 1000 });
    const order = await this.orders.findOne(ctx, orderId, [...snapshotRelations]);
    return order ? snapshotOf(order, history.items, versionOf(history, head.payments)) : null;
  }
}
LedgerlinePlugin.options = null;

Reflect.defineMetadata("design:paramtypes", [EventBus, TransactionalConnection, OrderService, HistoryService, RequestContextService, ProcessContext], LedgerlinePlugin);
VendurePlugin({ imports: [PluginCommonModule], entities: [LedgerlineOutbox], compatibility: "^3.0.0" })(LedgerlinePlugin);

module.exports = { LedgerlinePlugin, LedgerlineOutbox };
