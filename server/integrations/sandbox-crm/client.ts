import type { HttpAnswer } from "../contract/connector";
import { externalReference } from "../contract/events";
import { requestWithToken } from "../contract/oauth";
import type { CrmSession } from "./config";

export const system = "Kindred CRM";
/** Kindred takes 120 characters; the key of every notice that the tower sends fits, and is read back from its feed. */
export const externalId = (naturalKey: string): string => externalReference(naturalKey, 120);

export const call = (session: CrmSession, method: "GET" | "PUT", path: string, body?: unknown): Promise<HttpAnswer> => {
  const { settings, secrets } = session;
  return requestWithToken(session, { url: `${settings.url}/oauth/token`, clientId: settings.clientId, clientSecret: secrets.clientSecret }, {
    method, url: `${settings.url}/data/v60/${path}`, headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};
