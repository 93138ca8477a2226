import type { LookupAnswer, OutboundCommand } from "../contract/connector";
import { readAnswer } from "../contract/outcome";
import { call, externalId, system } from "./client";
import type { CrmSession } from "./config";
import { message } from "./wire";

/** Looks for the message by our external id. */
export async function lookup(session: CrmSession, command: OutboundCommand): Promise<LookupAnswer> {
  const found = readAnswer(await call(session, "GET", `Messages/ExternalId/${encodeURIComponent(externalId(command.naturalKey))}`), message, system);
  if (found.kind === "failed") return found;
  return found.kind === "read" ? { kind: "found", reference: found.value.Id, result: { at: found.value.CreatedDate } } : { kind: "absent" };
}
