import { epochMs } from "@/server/domain/instant";
import { fail, ok } from "@/server/domain/result";
import type { Webhook } from "../contract/connector";
import { textOf } from "../contract/events";
import { readJson } from "../contract/outcome";
import { hmac, isFresh, sameText } from "../contract/signatures";
import type { CarrierSecrets, CarrierSettings } from "./config";
import { notice } from "./wire";

/** `X-PW-Webhook-Signature: sha256=base64(HMAC(secret, timestamp + "\n" + body))`, timestamp in Unix milliseconds, at most 300 s old. */
export const webhook: Webhook<CarrierSettings, CarrierSecrets> = {
  verify: ({ secrets, headers, body, now }) => {
    const time = headers["x-pw-timestamp"] ?? "";
    const signature = headers["x-pw-webhook-signature"] ?? "";
    if (!/^\d{1,16}$/.test(time) || !signature.startsWith("sha256=")) return fail("SIGNATURE", "The signature is missing or not readable");
    if (!sameText(signature.slice("sha256=".length), hmac(secrets.webhookSecret, [`${time}\n`, body], "base64"))) return fail("SIGNATURE", "The signature does not fit the message");
    if (!isFresh(Number(time), epochMs(now))) return fail("SIGNATURE", "The signature is too old");
    const read = readJson(textOf(body), notice);
    return read.ok ? ok({ id: read.value.eventId, contentType: headers["content-type"] ?? "application/json" }) : fail("BODY", "The message names no scan");
  },
};
