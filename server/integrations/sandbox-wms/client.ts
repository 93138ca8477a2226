import type { z } from "zod";
import type { HttpAnswer } from "../contract/connector";
import { readAnswer, type ReadAnswer } from "../contract/outcome";
import type { WmsSession } from "./config";

export const system = "StackRight WMS";

const call = (session: WmsSession, method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<HttpAnswer> =>
  session.http.request({
    method, url: `${session.settings.url}/rest/${path}`,
    headers: { authorization: `Basic ${Buffer.from(`${session.settings.username}:${session.secrets.password}`).toString("base64")}`, accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

export const post = (session: WmsSession, path: string, body: unknown): Promise<HttpAnswer> => call(session, "POST", path, body);
export const remove = (session: WmsSession, path: string): Promise<HttpAnswer> => call(session, "DELETE", path);
export const read = async <S extends z.ZodType>(session: WmsSession, path: string, schema: S): Promise<ReadAnswer<z.infer<S>>> => readAnswer(await call(session, "GET", path), schema, system);
export const query = (path: string, fields: Record<string, string | number>): string => `${path}?${new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString()}`;
