import { createHash } from "node:crypto";
import { createDesk } from "@/server/db/desk";
import { createQuery } from "@/server/db/query";
import { planners } from "@/server/domain/planners";
import { fail, ok } from "@/server/domain/result";
import type { AnyConnector } from "@/server/integrations/contract/connector";
import { createIntegrations } from "@/server/integrations/runtime";
import { stockRows, type StockRow } from "@/server/read/stock";
import { createEngine, type Engine } from "../../memory/engine";
import { grant, person } from "../../memory/people";
import { runToRest } from "../../memory/ports";
import { event } from "../../world/builders";
import { testPolicy } from "../../world/defaults";

const acting = { ...testPolicy, routes: [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" } as const] };

/** The whole path of the tower on its own database; the shop of the given connector is real, the warehouse speaks by itself. `codes`: the shop's, by `kind|ours`. */
export interface StockTower {
  engine: Engine;
  rest(...told: Parameters<Engine["say"]>): Promise<void>;
  /** What the poll of the shop's stock tells, through the front door. */
  polled(): Promise<void>;
  /** The warehouse's word. */
  shelf(onHand: number, allocated?: number): ReturnType<typeof event>;
  position(): Promise<StockRow | undefined>;
  /** The minute in which two systems may be heard of one after the other has passed. */
  later(): Promise<void>;
  /** A person writes the warehouse's count back; answers how the act was called. */
  writeBack(row: StockRow | undefined, reason: string): Promise<string | null>;
  close(): Promise<void>;
}
export async function stockTower(shop: { type: AnyConnector; settings: Record<string, unknown>; apiKey: string; codes: Readonly<Record<string, string>> }, { item, warehouse }: { item: string; warehouse: string }): Promise<StockTower> {
  const engine = await createEngine({ policy: acting }), { type } = shop.type;
  const channel = createIntegrations({
    loadConnectors: () => Promise.resolve([{ id: "shop", type, name: shop.type.title, entity: "US01", settings: { allowPrivateNetwork: true, ...shop.settings }, secrets: { apiKey: shop.apiKey, webhookSecret: "whs_unused-here" }, state: "active" as const, concurrency: null, perMinute: null }]),
    resolveCode: (_entity, _system, kind, canonical) => { const code = kind === "unit" ? "each" : shop.codes[`${kind}|${canonical}`]; return code === undefined ? fail("MAP-02", `${canonical} has no mapping`) : ok(code); },
    renewCodes: () => Promise.resolve(), baseUnit: () => ok("EA"), clock: engine.ports.clock,
  }, { types: new Map([[type, shop.type]]) });
  const { landscape } = engine, isReal = (message: { sourceMessageId: string }): boolean => message.sourceMessageId.startsWith("stock:");
  engine.ports.connectors = {
    ...landscape, find: (id) => (id === "shop" ? channel.find(id) : landscape.find(id)), translate: (message) => (isReal(message) ? channel : landscape).translate(message),
    send: (command, signal) => (command.connector === "shop" ? channel : landscape).send(command, signal), lookup: (command, signal) => (command.connector === "shop" ? channel : landscape).lookup(command, signal),
  };
  const rest = async (...told: Parameters<Engine["say"]>): Promise<void> => { if (told.length > 0) await engine.say(...told); await runToRest(engine.ports, planners); };
  let words = 0;
  return {
    engine, rest,
    async polled() {
      let cursor: unknown = null, more = true;
      while (more) {
        const { reading } = await channel.readFeed("shop", "stock", cursor, AbortSignal.timeout(20_000));
        if (!reading.ok) throw new Error(JSON.stringify(reading.error));
        await engine.stores.inbox.store(reading.value.messages.map(({ sourceMessageId, body, contentType }) => ({ connector: "shop", sourceMessageId, digest: createHash("sha256").update(body).digest("hex"), contentType, headers: {}, body, correlationId: sourceMessageId })));
        ({ cursor, more } = reading.value);
      }
      await rest();
    },
    shelf: (onHand, allocated = 0) => { const moment = new Date().toISOString(); return event("stock.positioned", moment, { item, warehouse, version: ++words, onHand: String(onHand), allocated: String(allocated), at: moment }, "wms"); },
    position: async () => (await stockRows(createQuery(engine.pool), null, { find: item, limit: 5 })).items[0],
    later: async () => { await engine.pool.query("update fact set recorded_at = recorded_at - interval '2 minutes' where type = 'stock.positioned'"); await engine.pool.query("insert into wake (subject_id) select id from subject where kind = 'stock_position'"); await rest(); },
    async writeBack(row, reason) {
      const ops = person("olga", grant({ role: "ops" })), tower = createDesk(engine.pool, Buffer.alloc(32, 7), { check: () => ok(true), can: () => true, serialKey: () => null, destination: () => ({}) });
      const shown = await tower.remedies(ops, row?.exception ?? ""), found = shown.ok ? shown.value.find(({ verb, why }) => verb === "write_back" && why === null) : undefined;
      if (!found) return null;
      const done = await tower.remedy(ops, row?.exception ?? "", { verb: found.verb, target: found.target, digest: found.digest, given: {} }, reason);
      if (!done.ok) throw new Error(done.error.message);
      await rest();
      return found.title;
    },
    close: async () => { await engine.close(); channel.close(); },
  };
}
