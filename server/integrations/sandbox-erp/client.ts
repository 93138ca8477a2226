import type { z } from "zod";
import { fail, type Result } from "@/server/domain/result";
import type { HttpAnswer } from "../contract/connector";
import { requestWithToken } from "../contract/oauth";
import { asResult, readAnswer, type ReadAnswer } from "../contract/outcome";
import type { ErpSession, ErpSettings } from "./config";
import { page } from "./wire";

export const system = "Meridian Finance";
const companyUrl = (settings: ErpSettings): string => `${settings.url}/odata/v4/Company('${settings.company}')`;
/** Quotes are doubled inside an OData text. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const tokenDoor = ({ settings, secrets }: ErpSession) => ({ url: `${settings.url}/oauth2/token`, clientId: settings.clientId, clientSecret: secrets.clientSecret, scope: "finance" });

export const post = (session: ErpSession, path: string, body: unknown): Promise<HttpAnswer> =>
  requestWithToken(session, tokenDoor(session), { method: "POST", url: `${companyUrl(session.settings)}/${path}`, headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body) });

const get = (session: ErpSession, url: string): Promise<HttpAnswer> => requestWithToken(session, tokenDoor(session), { method: "GET", url, headers: { accept: "application/json" } });

export interface Rows<T> { rows: T[]; next: string | null; /** All that fit, as Meridian counts them. */ total: number | null }

/** One page of a set, oldest change first. `next` is Meridian's own link, already checked to lead nowhere else. */
export async function readPage<S extends z.ZodType>(session: ErpSession, set: string, row: S, want: { filter?: string; link?: string | null }): Promise<ReadAnswer<Rows<z.infer<S>>>> {
  const query = new URLSearchParams({ ...(want.filter === undefined ? {} : { $filter: want.filter }), $top: String(session.settings.pageSize) });
  const url = want.link ?? `${companyUrl(session.settings)}/${set}?${query.toString().replaceAll("%24", "$")}`;
  const answer = readAnswer(await get(session, url), page(row), system);
  if (answer.kind !== "read") return answer;
  const next = answer.value["@odata.nextLink"] ?? null;
  if (next !== null && !leadsHome(session.settings, next)) return { kind: "failed", failure: { code: "CTR-01", message: `${system} points to another place for the next page` } };
  return { kind: "read", value: { rows: answer.value.value, next, total: answer.value["@odata.count"] ?? null } };
}

/** A link that we may follow with our token: same origin, same company. */
function leadsHome(settings: ErpSettings, link: string): boolean {
  const to = URL.parse(link), home = new URL(companyUrl(settings));
  return to !== null && to.origin === home.origin && decodeURIComponent(to.pathname).startsWith(`${decodeURIComponent(home.pathname)}/`);
}

const tries = 3;

/** Asked again at once where the ledger did not answer: what needs many reads would else start anew for each that fails. */
async function readSurely<S extends z.ZodType>(...asked: Parameters<typeof readPage<S>>): Promise<ReadAnswer<Rows<z.infer<S>>>> {
  let answer = await readPage(...asked);
  for (let done = 1; done < tries && answer.kind === "failed" && answer.failure.code === "TEC-01"; done++) answer = await readPage(...asked);
  return answer;
}

/** All rows that fit, at most `pages` pages. */
export async function readAll<S extends z.ZodType>(session: ErpSession, set: string, row: S, filter: string | undefined, pages = 50): Promise<Result<z.infer<S>[]>> {
  const all: z.infer<S>[] = [];
  let link: string | null = null;
  for (let count = 0; count < pages; count++) {
    const read: Result<Rows<z.infer<S>>> = asResult(await readSurely(session, set, row, { ...(filter === undefined ? {} : { filter }), link }), set);
    if (!read.ok) return read;
    all.push(...read.value.rows);
    link = read.value.next;
    if (link === null) return { ok: true, value: all };
  }
  return fail("CTR-01", `${set}: more than ${pages} pages`);
}

/** Rows whose field says exactly this; usually none or one. */
export const findBy = <S extends z.ZodType>(session: ErpSession, set: string, row: S, fields: Readonly<Record<string, string>>): Promise<ReadAnswer<Rows<z.infer<S>>>> =>
  readPage(session, set, row, { filter: Object.entries(fields).map(([name, value]) => `${name} eq ${quoted(value)}`).join(" and ") });
