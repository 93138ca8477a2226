import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { asResult, readAnswer } from "../contract/outcome";
import { windowed } from "../contract/windows";
import { call, system } from "./client";
import type { CrmSecrets, CrmSettings } from "./config";
import { page } from "./wire";

/** What became of messages, by last change, in windows that overlap. */
export const feeds: readonly Feed<CrmSettings, CrmSecrets>[] = [
  windowed<CrmSettings, CrmSecrets, number>("messages", 10_000, async (session, { from, page: behind }) => {
    const offset = behind ?? 0, query = new URLSearchParams({ offset: String(offset), limit: String(session.settings.pageSize), ...(from === null ? {} : { modifiedSince: from }) });
    const found = asResult(readAnswer(await call(session, "GET", `Messages?${query.toString()}`), page, system), "messages");
    if (!found.ok) return found;
    const { records, done } = found.value;
    const messages = records.map((row): SourceMessage => ({ sourceMessageId: `message:${row.Id}:${row.Status}:${row.LastModifiedDate}`, contentType: "application/json", body: bytesOf(row), occurredAt: row.LastModifiedDate }));
    return ok({ messages, moments: records.map(({ LastModifiedDate }) => LastModifiedDate), next: !done && records.length > 0 ? offset + records.length : null });
  }),
];
