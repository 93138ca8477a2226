import type { z } from "zod";
import type { HttpAnswer } from "../contract/connector";
import { readAnswer, type ReadAnswer } from "../contract/outcome";
import type { TemplateSession } from "./config";

export const system = "Template";

export const call = ({ http, settings, secrets }: TemplateSession, method: "GET" | "PUT", path: string, body?: unknown): Promise<HttpAnswer> =>
  http.request({
    method, url: `${settings.url}/${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${secrets.apiKey}`, accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });
export const read = async <S extends z.ZodType>(session: TemplateSession, path: string, schema: S): Promise<ReadAnswer<z.infer<S>>> => readAnswer(await call(session, "GET", path), schema, system);
