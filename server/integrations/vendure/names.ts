import { z } from "zod";
import { epochMs, type Instant } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { SourceMessage } from "../contract/connector";
import { bytesOf, said, type Said } from "../contract/events";
import { asResult } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { read } from "./client";
import { nextSkip, since } from "./paging";
import type { VendureSecrets, VendureSettings } from "./config";
import type { Named } from "./wire";

const customer = z.looseObject({ emailAddress: z.string(), firstName: z.string(), lastName: z.string(), updatedAt: z.string(), addresses: z.array(z.looseObject({ company: z.string().nullish(), defaultBillingAddress: z.boolean().nullish() })).nullish() });
const variant = z.looseObject({ sku: z.string(), name: z.string(), enabled: z.boolean(), updatedAt: z.string() });

/** Vendure knows persons; the company they buy for stands in their address only. */
const calledOf = ({ firstName, lastName, addresses }: z.infer<typeof customer>): string =>
  addresses?.find(({ defaultBillingAddress, company }) => defaultBillingAddress && company)?.company ?? addresses?.find(({ company }) => company)?.company ?? `${firstName} ${lastName}`.trim();

/** Records by last change, in windows that overlap and by their ids, so that one that changes meanwhile displaces no other. One state of a record is one message. */
function listing<S extends z.ZodType>(name: "customers" | "variants", options: string, fields: string, row: S, namedOf: (row: z.infer<S>) => Named) {
  const list = name === "customers" ? "customers" : "productVariants";
  const answer = z.looseObject({ [list]: z.looseObject({ totalItems: z.number().int(), items: z.array(row) }) });
  return windowed<VendureSettings, VendureSecrets, number>(name, 300_000, async (session, { from, page: behind }) => {
    const skip = behind ?? 0, changed = from === null ? {} : { filter: { updatedAt: since(from) } };
    const page = asResult(await read(session, `query Names($options: ${options}) { ${list}(options: $options) { totalItems items { ${fields} updatedAt } } }`, { options: { ...changed, sort: { id: "ASC" }, skip, take: 100 } }, answer), name);
    if (!page.ok) return page;
    const { items = [], totalItems = 0 } = page.value[list] ?? {}, records = items.map(namedOf);
    const messages = records.map((named): SourceMessage => ({ sourceMessageId: `${named.kind}:${named.code}:${named.at}`, contentType: "application/json", body: bytesOf({ type: `${named.kind}.snapshot`, data: { named } }), occurredAt: named.at }));
    return ok({ messages, moments: records.map((named) => named.at), next: nextSkip(skip, items.length, totalItems) });
  });
}

const at = (moment: string): Instant => new Date(moment).toISOString();
export const names = [
  listing("customers", "CustomerListOptions", "emailAddress firstName lastName addresses { company defaultBillingAddress }", customer, (row) => ({ kind: "customer", code: row.emailAddress, name: calledOf(row), email: row.emailAddress, active: true, at: at(row.updatedAt) })),
  listing("variants", "ProductVariantListOptions", "sku name enabled", variant, (row) => ({ kind: "item", code: row.sku, name: row.name, active: row.enabled, at: at(row.updatedAt) })),
];

/** What Vendure has behind a code that its orders name. */
export const namedSaid = (system: string, { kind, code, name, email, active, at: moment }: Named): Said =>
  said({ type: "code.described", at: at(moment), data: { kind, system, code, name: name.slice(0, 300), state: active ? "active" : "ended", version: epochMs(at(moment)), ...(email ? { email } : {}) } });
