import type { LookupAnswer, OutboundCommand, Outcome } from "../contract/connector";
import { beforeSending, unconfirmed } from "../contract/outcome";
import { call, read, system } from "./client";
import type { TemplateSession } from "./config";
import { order, refusal } from "./wire";

const pathOf = ({ payload }: OutboundCommand): string => `orders/${encodeURIComponent(String(payload["order"]))}`;
const referenceOf = ({ payload }: OutboundCommand): string => `${String(payload["order"])}/r${String(payload["version"])}`;

/** Tells once, after looking whether it was told already: no answer of a send is ever taken for more than it proves. */
export async function send(session: TemplateSession, command: OutboundCommand): Promise<Outcome> {
  const there = await read(session, pathOf(command), order);
  if (there.kind === "failed") return beforeSending(there);
  if (there.kind === "absent") return { kind: "rejected", failure: { code: "SEQ-01", message: `${system} has no order ${String(command.payload["order"])}` } };
  const confirmed: Outcome = { kind: "confirmed", reference: referenceOf(command), result: {} };
  if (there.value.acknowledged?.reference === command.naturalKey) return confirmed;
  const answer = await call(session, "PUT", `${pathOf(command)}/acknowledgement`, { reference: command.naturalKey, state: command.payload["state"] });
  return unconfirmed(answer, { system, refusal: refusal("CTR-01") }) ?? confirmed;
}

export async function lookup(session: TemplateSession, command: OutboundCommand): Promise<LookupAnswer> {
  const there = await read(session, pathOf(command), order);
  if (there.kind !== "read") return there;
  return there.value.acknowledged?.reference === command.naturalKey ? { kind: "found", reference: referenceOf(command), result: {} } : { kind: "absent" };
}
