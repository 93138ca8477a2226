import { Command } from "commander";
import { composition } from "@/server/composition";
import { policySentences } from "@/server/domain/policy-sentences";
import { policyOf, type ResiliencePolicy } from "@/server/domain/resilience";
import { connectorDetail } from "@/server/read/connectors";
import { print } from "./output";
import { personTyped } from "./typed";

async function known(id: string) {
  const { services } = await composition(), detail = await connectorDetail(services.query, null, id);
  if (!detail) throw new Error(`No connector is called ${id} (tower connector list)`);
  const kind = (await services.connectors.describe()).find(({ type }) => type === detail.type);
  if (!kind) throw new Error(`This version has no code for ${detail.type}`);
  return { services, detail, limits: kind.limits, policy: policyOf(detail, kind.limits) };
}

async function show(id: string, { json }: { json?: boolean }): Promise<void> {
  const { policy } = await known(id);
  print(json ? [policy] : policySentences(policy).map(({ name, says }) => ({ name, says })), json ?? false, ["name", "says"]);
}

/** `lanes.bulk.share=0.1`: a place in the policy, and the number for it. */
function withChange(policy: ResiliencePolicy, change: string): ResiliencePolicy {
  const [, place = "", text = ""] = /^([a-zA-Z.]+)=(-?[0-9.]+)$/.exec(change) ?? [];
  const path = place.split("."), last = path.pop() ?? "", changed = structuredClone(policy);
  const home = path.reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined), changed);
  if (typeof home !== "object" || home === null || typeof (home as Record<string, unknown>)[last] !== "number") throw new Error(`${change} is no change: name a place as --json shows it and a number, such as lanes.bulk.share=0.1`);
  (home as Record<string, unknown>)[last] = Number(text);
  return changed;
}

async function set(id: string, changes: string[], { as, reason }: { as: string; reason: string }): Promise<void> {
  const person = await personTyped(as), { services, detail, limits, policy } = await known(id), wanted = changes.reduce(withChange, policy);
  const saved = await services.desk.saveConnectorPolicy(person, id, { policy: wanted, version: detail.rulesVersion, limits }, reason);
  if (!saved.ok) throw new Error(saved.error.at === undefined || saved.error.at === "" ? saved.error.message : `${saved.error.message} (${saved.error.at})`);
  print(policySentences(wanted).map(({ name, says }) => ({ name, says })), false, ["name", "says"]);
}

export function policyCommand(): Command {
  const policy = new Command("policy").description("How the tower bears with a connector: budgets, tries and waits of each lane, breaker");
  policy.command("show").description("As sentences").argument("<connector>").option("--json", "the numbers, with their places").action(show);
  policy.command("set").description("Change numbers of it; what is absurd is refused with the reason").argument("<connector>").argument("<changes...>", "such as perMinute=300 lanes.bulk.share=0.1").requiredOption("--as <email>", "who sets it; the password is typed or piped in").requiredOption("--reason <text>").action(set);
  return policy;
}
