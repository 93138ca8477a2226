import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { placeBehind, windowed, type Place } from "../contract/windows";
import { call, system } from "./client";
import type { CrmSecrets, CrmSettings } from "./config";
import { page as pageOf } from "./wire";

/** What became of messages, by last change, in windows that overlap. */
export const feeds: readonly Feed<CrmSettings, CrmSecrets>[] = [
  windowed<CrmSettings, CrmSecrets, Place>("messages", 10_000, async (session, { from, page }) => {
    const place = page ?? { from, rows: 0 }, query = new URLSearchParams({ offset: String(place.rows), limit: String(session.settings.pageSize), ...(place.from === null ? {} : { modifiedSince: place.from }) });
    const found = asResult(readAnswer(await call(session, "GET", `Messages?${query.toString()}`), pageOf, system), "messages");
    if (!found.ok) return found;
    const { records, done } = found.value, moments = records.map(({ LastModifiedDate }) => LastModifiedDate);
    const messages = records.map((row): SourceMessage => ({ sourceMessageId: `message:${row.Id}:${row.Status}:${row.LastModifiedDate}`, contentType: "application/json", body: bytesOf(row), occurredAt: row.LastModifiedDate }));
    return ok({ messages, moments, next: !done && records.length > 0 ? placeBehind(place, moments) : null });
  }),
];
