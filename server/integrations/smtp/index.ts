import { ok } from "@/server/domain/result";
import { defineConnector } from "../contract/connector";
import { secrets, settings } from "./config";
import { callTimeoutMs, deliver, greet } from "./connection";

/** Carries notices to people by any mail server. It takes in nothing. */
export const smtp = defineConnector({
  type: "smtp", title: "Mail (SMTP)", grade: "proven", capabilities: [], settings, secrets,
  limits: { concurrency: 1, perMinute: 60, callTimeoutMs },
  serializeBy: () => null,
  cannot: ["Mail that bounces after the server took it is not noticed.", "SMTP has no look-up: where an answer was lost, a notice may come twice, under the same Message-ID.", "It signs nothing (DKIM): the mail server does."],
  commands: {}, feeds: [], webhook: null,
  mail: { send: deliver },
  async check(session) {
    const greeted = await greet(session);
    return greeted.ok ? ok({ detail: `${session.settings.security === "none" ? "Connected" : "Connected, encrypted"}${session.settings.user === "" ? "" : " and signed in"}; no mail was sent` }) : greeted;
  },
  send: () => Promise.resolve({ kind: "rejected" as const, failure: { code: "TEC-05", message: "No document is sent by mail" } }),
  lookup: () => Promise.resolve({ kind: "absent" as const }),
  verify: () => Promise.resolve({ kind: "missing" as const }),
  toCanonical: () => ok({ events: [], excluded: "Mail is not read" }),
});
