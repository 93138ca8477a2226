import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { hashPassword, verifyPassword } from "@/server/auth/password";
import { composition } from "@/server/composition";
import { env } from "@/server/config/env";
import { canonicalJson } from "@/server/domain/commands";
import { cloudEventType } from "@/server/domain/contracts/registry";
import { defaultPolicy } from "@/server/domain/default-policy";
import { holdCodes } from "@/server/domain/holds";
import type { RoleGrant } from "@/server/domain/rights";

const entity = { code: "US01", name: "Hartline Supply", currency: "USD", zone: "America/New_York" };
const accounts = z.array(z.object({ email: z.string(), password: z.string(), role: z.enum(["viewer", "ops", "finance", "admin"]) }));
const operations = ["DUPLICATE_DOCUMENT", "PO_NUMBER_MISSING", "SHIP_COMPLETE", "OVER_SHIPMENT", "MANUAL", "PRICE_VARIANCE"];
const accountsOf: Record<z.infer<typeof accounts>[number]["role"], { name: string; teams: string[]; grants: RoleGrant[] }> = {
  viewer: { name: "Viewer", teams: [], grants: [{ role: "viewer", entity: "*", holdCodes: [], approveUpTo: null, currency: null }] },
  ops: { name: "Ops lead", teams: ["integration", "order_desk", "master_data", "warehouse"], grants: [{ role: "ops", entity: "*", holdCodes: operations, approveUpTo: "25000", currency: "USD" }] },
  finance: { name: "Finance controller", teams: ["finance", "billing", "credit", "cash", "tax"], grants: [{ role: "finance", entity: "*", holdCodes: [...holdCodes], approveUpTo: "100000", currency: "USD" }] },
  admin: { name: "Administrator", teams: [], grants: [{ role: "admin", entity: "*", holdCodes: [], approveUpTo: null, currency: null }] },
};
const place = (file: string): string => path.join(env().TOWER_STATE_DIR, file);
const read = (file: string): unknown => JSON.parse(readFileSync(place(file), "utf8"));
/** The systems around the tower and what each calls the same thing: the simulated ones, unless real ones stand here. */
const around = (): { systems: unknown; names: unknown } =>
  existsSync(place("real-systems.json")) ? z.object({ landscape: z.unknown(), names: z.unknown() }).transform(({ landscape, names }) => ({ systems: landscape, names })).parse(read("real-systems.json")) : { systems: read("landscape.json"), names: read("landscape-xref.json") };
const dawn = "2026-01-01T00:00:00.000Z";

/** First run: the basics of any installation; in the demo also accounts, connectors of the systems around, rules and names. */
async function seed(): Promise<void> {
  const { seeding, services, people, directory, imports } = await composition();
  await seeding.basics();
  if (env().TOWER_DEMO !== "1") return;
  await seeding.entity(entity);
  /** The one that stands where it is of this password: another one would end the sessions. */
  const hashOf = async (email: string, password: string): Promise<string> => {
    const known = (await directory.byEmail(email))?.passwordHash ?? null;
    return known !== null && (await verifyPassword(password, known)) ? known : hashPassword(password);
  };
  for (const { email, password, role } of accounts.parse(read("demo-accounts.json")))
    await people.write({ email, passwordHash: await hashOf(email, password), ...accountsOf[role] });
  const { systems, names } = around(), demo = imports.demo(systems, names, entity.code);
  for (const connector of demo.connectors) await seeding.connector(connector);
  await seeding.connector({ id: "setup", type: "cloud-events", name: "Set-up", entity: entity.code, settings: {}, secrets: {} });
  await seeding.connector({ id: "api", type: "cloud-events", name: "Events by API", entity: entity.code, settings: {}, secrets: {} });
  await seeding.policy({ ...defaultPolicy, version: 1, entity: entity.code, backorderAskMinutes: 1, routes: demo.routes(dawn), systemsOfRecord: demo.systemsOfRecord, terms: { ...defaultPolicy.terms, ...demo.terms } }, dawn);
  await seeding.serviceLevels(entity.code);
  await services.receive(demo.mappings.map((mapping) => {
    const body = Buffer.from(canonicalJson({ specversion: "1.0", id: `${mapping.kind}/${mapping.system}/${mapping.code}`, source: "setup", type: cloudEventType("code.mapped"), time: dawn, data: mapping }));
    return { connector: "setup", sourceMessageId: `setup|${mapping.kind}/${mapping.system}/${mapping.code}`, digest: createHash("sha256").update(body).digest("hex"), contentType: "application/cloudevents+json", headers: {}, body: new Uint8Array(body), correlationId: randomUUID() };
  }));
}

await seed();
process.exit(0);
