import { ok } from "@/server/domain/result";
import type { Broker } from "./broker";
import { scopesOf } from "./broker-settings";
import { cloudEventToCanonical } from "./cloud-event";
import type { Connector, Translator } from "./connector";

type Own = "type" | "title" | "grade" | "settings" | "secrets" | "cannot";
/** What all brokers have in common: CloudEvents in structured mode come in and go out, and no command is sent by them. */
export const brokerConnector = <Settings extends { accepts: string; url: string }, Secrets>(own: Pick<Connector<Settings, Secrets>, Own> & { broker: Broker<Settings, Secrets>; callTimeoutMs: number }): Connector<Settings, Secrets> & Translator<Settings> => {
  const { broker, callTimeoutMs, ...rest } = own;
  return {
    ...rest, broker, capabilities: [], commands: {}, feeds: [], webhook: null,
    cannot: [...own.cannot, "Events come and go as CloudEvents in structured mode; attributes in headers are not read.", "No command is sent by it."],
    limits: { concurrency: 1, perMinute: 60, callTimeoutMs },
    serializeBy: () => null,
    async check(session) {
      const opened = await broker.open(session);
      if (!opened.ok) return opened;
      await opened.value.close();
      const { consumes, publishes } = broker.uses(session.settings);
      return ok({ detail: `Connected; it is ${[...(consumes ? ["read"] : []), ...(publishes ? ["told"] : [])].join(" and ") || "neither read nor told"}` });
    },
    send: () => Promise.resolve({ kind: "rejected", failure: { code: "TEC-02", message: "No command is sent by a broker" } }),
    lookup: () => Promise.resolve({ kind: "absent" }),
    verify: () => Promise.resolve({ kind: "missing" }),
    toCanonical: (input) => cloudEventToCanonical(input, scopesOf(input.settings)),
  };
};
