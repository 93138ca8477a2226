import { z } from "zod";
import { epochMs } from "@/server/domain/instant";
import { fail, ok } from "@/server/domain/result";
import type { Webhook } from "../contract/connector";
import { textOf } from "../contract/events";
import { readJson } from "../contract/outcome";
import { hmac, isFresh, sameText, signatureParts } from "../contract/signatures";
import type { VendureSecrets, VendureSettings } from "./config";

const envelope = z.looseObject({ id: z.string().min(1).max(200) });

/** The plugin's `Ledgerline-Signature: t=…,v1=hex(HMAC(secret, "<t>." + body))`, at most 300 s old. The id is made of the content. */
export const webhook: Webhook<VendureSettings, VendureSecrets> = {
  verify: ({ secrets, headers, body, now }) => {
    const parts = signatureParts(headers["ledgerline-signature"]);
    if (!parts) return fail("SIGNATURE", "The signature is missing or not readable");
    if (!sameText(parts.v1, hmac(secrets.webhookSecret, [`${parts.t}.`, body], "hex"))) return fail("SIGNATURE", "The signature does not fit the message");
    if (!isFresh(Number(parts.t) * 1000, epochMs(now))) return fail("SIGNATURE", "The signature is too old");
    const read = readJson(textOf(body), envelope);
    if (!read.ok) return fail("BODY", "The message names no event");
    return ok({ id: read.value.id, contentType: headers["content-type"] ?? "application/json" });
  },
};
