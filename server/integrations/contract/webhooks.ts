import type { z } from "zod";
import { epochMs } from "@/server/domain/instant";
import { fail, ok } from "@/server/domain/result";
import type { Webhook } from "./connector";
import { textOf } from "./events";
import { readJson } from "./outcome";
import { hmac, isFresh, sameText, signatureParts } from "./signatures";

/**
 * The usual way: `<header>: t=…,v1=hex(HMAC(secret, "<t>." + body))` with `t` in Unix seconds, at most 300 s old. What the signed
 * body calls the event is its identity; a header that repeats it is not signed and not trusted.
 */
export const datedWebhook = <Settings, Secrets extends { webhookSecret: string }>(header: string, envelope: z.ZodType<{ id: string }>): Webhook<Settings, Secrets> => ({
  verify: ({ secrets, headers, body, now }) => {
    const parts = signatureParts(headers[header]);
    if (!parts) return fail("SIGNATURE", "The signature is missing or not readable");
    if (!sameText(parts.v1, hmac(secrets.webhookSecret, [`${parts.t}.`, body], "hex"))) return fail("SIGNATURE", "The signature does not fit the message");
    if (!isFresh(Number(parts.t) * 1000, epochMs(now))) return fail("SIGNATURE", "The signature is too old");
    const read = readJson(textOf(body), envelope);
    return read.ok ? ok({ id: read.value.id, contentType: headers["content-type"] ?? "application/json" }) : fail("BODY", "The message names no event");
  },
});
