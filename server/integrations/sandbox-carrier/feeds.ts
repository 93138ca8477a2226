import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { get, system } from "./client";
import type { CarrierSecrets, CarrierSettings } from "./config";
import { trackings } from "./wire";

/** What webhooks should have told, once more: parcels by last change. Pages go on while they are full. */
export const feeds: readonly Feed<CarrierSettings, CarrierSecrets>[] = [
  windowed<CarrierSettings, CarrierSecrets, number>("trackings", 30_000, async (session, { from, page }) => {
    const { pageSize } = session.settings, number = page ?? 1;
    const found = asResult(readAnswer(await get(session, `trackings?${new URLSearchParams({ updatedSince: from ?? "1970-01-01T00:00:00.000Z", page: String(number), perPage: String(pageSize) }).toString()}`), trackings, system), "trackings");
    if (!found.ok) return found;
    const messages = found.value.map((row): SourceMessage => ({
      sourceMessageId: `tracking:${row.trackingNumber}:${row.events.length}:${row.updatedAt}`, contentType: "application/json", body: bytesOf(row), occurredAt: new Date(row.updatedAt).toISOString(),
    }));
    return ok({ messages, moments: found.value.map(({ updatedAt }) => updatedAt), next: found.value.length >= pageSize ? number + 1 : null });
  }),
];
