import { statementsOf, type Span, type Statement } from "@/server/domain/completeness";
import type { Integrations } from "../../runtime";
import type { SourceMessage } from "../connector";
import { lease, testNow } from "./conformance";

export interface WholeListing { pages: number; rows: number; total: number | null; failure: string | null; messages: SourceMessage[]; statements: Statement[] }

/** All pages of a census, with what they say exists. */
export async function listed(integrations: Integrations, name: string, span: Span): Promise<WholeListing> {
  const census = (await integrations.censuses("under-test")).find((known) => known.name === name);
  if (!census) throw new Error(`no census ${name}`);
  const whole: WholeListing = { pages: 0, rows: 0, total: null, failure: null, messages: [], statements: [] };
  for (let page: unknown = null; whole.pages < 500; ) {
    const read = await integrations.readCensus("under-test", name, span, page, lease(20_000));
    if (!read.ok) return { ...whole, failure: read.error.code };
    whole.messages.push(...read.value.messages);
    whole.pages += 1;
    whole.rows += read.value.rows;
    whole.total = read.value.total;
    page = read.value.next;
    if (page === null) break;
  }
  for (const message of whole.messages) {
    const translated = await integrations.translate({ connector: "under-test", entity: "US01", correlationId: "c", receivedAt: testNow, ...message });
    whole.statements.push(...statementsOf({ sourceMessageId: message.sourceMessageId, at: message.occurredAt ?? testNow, events: translated.ok ? translated.value.events : null, excluded: translated.ok ? (translated.value.excluded ?? null) : null }, census.kinds));
  }
  return whole;
}
