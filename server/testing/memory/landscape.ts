import { createHash } from "node:crypto";
import { z } from "zod";
import type { CommandKind } from "@/server/domain/commands";
import { commandKinds } from "@/server/domain/commands";
import { contracts } from "@/server/domain/contracts/registry";
import type { CanonicalEvent } from "@/server/domain/facts";
import { defaultRules } from "@/server/domain/resilience";
import { fail, ok } from "@/server/domain/result";
import type { AnyConnector, CommandSupport } from "@/server/integrations/contract/connector";
import type { ClaimedCommand, Clock, ConnectorRuntime, Connectors, Exchange, InboundInput } from "@/server/pipeline/ports";
import type { Tellable, Told } from "../world/builders";
import { speaker } from "../world/defaults";
import type { CommandRow } from "../world/store";
import { createErp, type Erp } from "../world/targets/erp";
import { createPayments, crm, shop } from "../world/targets/others";
import { isRefusal, type Handle, type Said } from "../world/targets/target";
import { createTaxService, defaultRates } from "../world/targets/tax";
import { createWarehouse } from "../world/targets/wms";

/** What a target does with the next calls that fit. */
export interface TargetFault {
  /** `lose`: done, the answer is lost; `vanish`: not done, nobody knows; `down`: no connection; `deny`: credentials refused; `refuse`: rejected; `hang`: does not answer until aborted. */
  does: "lose" | "vanish" | "down" | "deny" | "refuse" | "hang";
  connector: string;
  kind?: CommandKind;
  /** Default 1. */
  times?: number;
}
export interface Landscape extends Connectors {
  erp: Erp;
  faults: TargetFault[];
  /** Natural keys in the order in which a target did them; a key twice is a document twice. */
  done: string[];
  /** Every send that reached a target, done or not. */
  sends: string[];
  /** How a connector's look-up behaves; changed by tests. */
  support: Partial<Record<CommandKind, Partial<CommandSupport>>>;
  latencyMs: number;
}

const verified: readonly CommandKind[] = ["post_invoice", "post_credit", "post_debit", "apply_credit", "post_receipt", "apply_receipt", "reverse_receipt", "post_refund", "reverse_refund"];
const ids: Record<string, string> = { orders: "shop", warehouse: "wms", transport: "carrier", finance: "erp", tax: "tax", payments: "pay", crm: "crm" };
const withKey = new Set(["tax", "pay", "crm"]);

/** What somebody says to the tower, as it comes over the wire to a connector of tests: canonical events in JSON. */
export function messageOf(told: Told | Tellable | readonly (Told | Tellable)[], sourceMessageId: string, connector?: string): InboundInput {
  const list = (Array.isArray(told) ? (told as readonly (Told | Tellable)[]) : [told as Told | Tellable]).map((thing) => ("build" in thing ? thing.build() : thing));
  const from = connector ?? list[0]?.source ?? speaker(list[0]?.type ?? "");
  const body = new TextEncoder().encode(JSON.stringify(list));
  return { connector: from, sourceMessageId, digest: createHash("sha256").update(body).digest("hex"), contentType: "application/json", headers: {}, body, correlationId: `trace-${sourceMessageId}` };
}

export interface LandscapeOptions { clock: Clock; entity?: string; concurrency?: number; perMinute?: number }

/** Simulated targets behind the `Connectors` port: they commit, lose answers, go down and can be searched, without any network. */
export function createLandscape({ clock, entity = "US01", concurrency = 8, perMinute = 1_000_000 }: LandscapeOptions): Landscape {
  const erp = createErp(new Map());
  const handlers: Record<string, Handle> = { shop, crm, erp: erp.handle, tax: createTaxService([...defaultRates]).handle, wms: createWarehouse().handle, pay: createPayments() };
  const committed = new Map<string, { reference: string; result: Record<string, unknown>; events: CanonicalEvent[] }[]>();
  let events = 0;

  const supportOf = (connector: string, kind: CommandKind): CommandSupport => ({
    idempotentForMs: withKey.has(connector) ? 86_400_000 : 0, lookup: { by: "reference", consistency: "read_your_writes", settleMs: 0, complete: true },
    verify: verified.includes(kind), provenNotActed: [], ...landscape.support[kind],
  });
  const runtimes = new Map(Object.entries(ids).map(([capability, id]): [string, ConnectorRuntime] => {
    const serves = capability === "orders" ? ["orders", "stock"] : [capability], kinds = (Object.keys(commandKinds) as CommandKind[]).filter((kind) => serves.includes(commandKinds[kind].capability));
    const commands = Object.defineProperties({}, Object.fromEntries(kinds.map((kind) => [kind, { enumerable: true, get: () => supportOf(id, kind) }]))) as AnyConnector["commands"];
    const connector = {
      type: id, title: id, grade: "sandbox", capabilities: serves, settings: z.object({}), secrets: z.object({}), limits: { concurrency, perMinute, callTimeoutMs: 10_000 },
      serializeBy: () => null, cannot: [], commands, feeds: [], webhook: null,
    } as unknown as AnyConnector;
    return [id, { id, entity, connector, paused: false, policy: { ...defaultRules, concurrency, perMinute } }];
  }));

  const eventOf = ({ type, source, subject, data }: Said, command: ClaimedCommand): CanonicalEvent => ({
    id: `${command.naturalKey}/${command.attempt}/${events++}`, type, source, entity: command.entity, occurredAt: clock.now(), correlationId: command.correlationId,
    ...(subject ? { subject } : {}), data: contracts[type].schema.parse(data),
  });
  const rowOf = (command: ClaimedCommand): CommandRow => ({
    ...command, subject: command.subjectId, slot: command.naturalKey.split("|").at(-2) ?? "", state: "sending", result: null, createdAt: clock.now(), verifiedAt: null, rejection: null,
    attempts: command.attempt, dueAt: clock.now(), notBefore: null,
  } as unknown as CommandRow);
  const takeFault = (command: ClaimedCommand): TargetFault["does"] | null => {
    const index = landscape.faults.findIndex((fault) => fault.connector === command.connector && (fault.kind === undefined || fault.kind === command.kind));
    const fault = landscape.faults[index];
    if (!fault) return null;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) landscape.faults.splice(index, 1);
    return fault.does;
  };
  const spoke = (httpStatus: number): Exchange => ({ request: { method: "POST", url: "https://target.test/" }, response: { status: httpStatus }, httpStatus });
  const silence = (left: "no" | "perhaps"): Exchange => ({ request: { method: "POST", url: "https://target.test/" }, response: { fault: left === "no" ? "refused" : "reset", left }, httpStatus: null });

  /** Does it; a repeat within the life of its key is answered as the first time. */
  const act = (command: ClaimedCommand) => {
    const before = committed.get(command.naturalKey);
    if (before?.[0] && supportOf(command.connector, command.kind).idempotentForMs > 0) return before[0];
    const answer = handlers[command.connector]?.(rowOf(command), clock.now());
    if (!answer || isRefusal(answer)) return answer ?? { code: "TEC-05", message: "no such target" };
    const document = { reference: answer.reference ?? command.naturalKey, result: answer.result, events: answer.events.map((said) => eventOf(said, command)) };
    committed.set(command.naturalKey, [...(before ?? []), document]);
    landscape.done.push(command.naturalKey);
    return document;
  };
  const wait = async (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });

  const landscape: Landscape = {
    erp, faults: [], done: [], sends: [], support: {}, latencyMs: 0,
    list: () => Promise.resolve([...runtimes.values()]),
    find: (id) => Promise.resolve(runtimes.get(id) ?? null),
    translate(message) {
      const told = JSON.parse(new TextDecoder().decode(message.body)) as Told[] | { poison: true };
      if (!Array.isArray(told)) return Promise.resolve(fail("CTR-01", "This message cannot be read", "lines.3.quantity"));
      return Promise.resolve(ok({ events: told.map(({ type, at, data, source, entity: of, subject }, index) => ({
        id: `${message.connector}/${message.sourceMessageId}/${index}`, type, source: source ?? speaker(type), entity: of ?? entity, occurredAt: at, correlationId: message.correlationId, data: data as never, ...(subject ? { subject } : {}),
      })) }));
    },
    async send(command, signal) {
      landscape.sends.push(command.naturalKey);
      const fault = takeFault(command);
      if (fault === "down") return { outcome: { kind: "retryable", failure: { code: "TEC-01", message: "connection refused" } }, exchange: silence("no") };
      if (fault === "deny") return { outcome: { kind: "retryable", failure: { code: "TEC-02", message: "the key was refused" }, authentication: true }, exchange: spoke(401) };
      if (fault === "refuse") return { outcome: { kind: "rejected", failure: { code: "INV-01", message: "customer blocked" } }, exchange: spoke(422) };
      if (fault === "hang") { await wait(3_600_000, signal); return { outcome: { kind: "unknown", failure: { code: "TEC-04", message: "no answer" } }, exchange: silence("perhaps") }; }
      if (landscape.latencyMs > 0) await wait(landscape.latencyMs, signal);
      if (fault === "vanish") return { outcome: { kind: "unknown", failure: { code: "TEC-04", message: "connection reset" } }, exchange: silence("perhaps") };
      const document = act(command);
      if (fault === "lose") return { outcome: { kind: "unknown", failure: { code: "TEC-04", message: "connection reset" } }, exchange: silence("perhaps") };
      if (!("reference" in document)) return { outcome: { kind: "rejected", failure: document }, exchange: spoke(422) };
      return { outcome: { kind: "confirmed", ...document }, exchange: spoke(201) };
    },
    lookup(command) {
      const documents = committed.get(command.naturalKey) ?? [];
      const [first] = documents;
      if (!first) return Promise.resolve({ answer: { kind: "absent" }, exchange: spoke(200) });
      if (documents.length > 1) return Promise.resolve({ answer: { kind: "several", references: documents.map(({ reference }) => reference) }, exchange: spoke(200) });
      return Promise.resolve({ answer: { kind: "found", reference: first.reference, result: first.result }, exchange: spoke(200) });
    },
    verify(command) {
      const seen = erp.readBack(rowOf(command));
      return Promise.resolve(seen ? { answer: { kind: "read", result: seen.result, version: 1 }, exchange: spoke(200) } : { answer: { kind: "missing" }, exchange: spoke(404) });
    },
  };
  return landscape;
}
