import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { placeBehind, windowed, type Place } from "../contract/windows";
import { get, system } from "./client";
import type { CarrierSecrets, CarrierSettings } from "./config";
import { trackings } from "./wire";

/** What webhooks should have told, once more: parcels by last change. Pages go on while they are full. */
export const feeds: readonly Feed<CarrierSettings, CarrierSecrets>[] = [
  windowed<CarrierSettings, CarrierSecrets, Place>("trackings", 30_000, async (session, { from, page }) => {
    // within one moment whole pages are counted, so that their number follows
    const { pageSize } = session.settings, place = page ?? { from, rows: 0 }, number = 1 + Math.floor(place.rows / pageSize);
    const found = asResult(readAnswer(await get(session, `trackings?${new URLSearchParams({ updatedSince: place.from ?? "1970-01-01T00:00:00.000Z", page: String(number), perPage: String(pageSize) }).toString()}`), trackings, system), "trackings");
    if (!found.ok) return found;
    const messages = found.value.map((row): SourceMessage => ({
      sourceMessageId: `tracking:${row.trackingNumber}:${row.events.length}:${row.updatedAt}`, contentType: "application/json", body: bytesOf(row), occurredAt: new Date(row.updatedAt).toISOString(),
    })), moments = found.value.map(({ updatedAt }) => updatedAt);
    return ok({ messages, moments, next: found.value.length >= pageSize ? placeBehind(place, moments) : null });
  }),
];
