import { z } from "zod";
import type { Failure } from "@/server/domain/result";
import type { HttpResponse } from "../contract/connector";
import { readJson, sentence } from "../contract/outcome";

/** Kindred's shapes (API.md). Times end in `+0000`, which is made `+00:00` before it is read as a time. */
const moment = z.string().transform((value) => value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")).pipe(z.iso.datetime({ offset: true })).transform((value) => new Date(value).toISOString());

export const message = z.looseObject({ Id: z.string().min(1), ExternalId: z.string().nullish(), Status: z.string(), RelatedTo: z.string().nullish(), FailureReason: z.string().nullish(), CreatedDate: moment, LastModifiedDate: moment });
export const page = z.looseObject({ done: z.boolean(), records: z.array(message) });

const errorBody = z.array(z.looseObject({ errorCode: z.string(), message: z.string() })).min(1);
/** DUPLICATE_VALUE is our number with other content; an unknown account is a mapping; the rest did not reach the customer. */
export function refusalOf(response: HttpResponse): Failure {
  const read = readJson(response.text, errorBody);
  const first = read.ok ? read.value[0] : undefined;
  if (!first) return { code: "INV-06", message: `Kindred refused it (${response.status}) without saying why` };
  return { code: first.errorCode === "DUPLICATE_VALUE" ? "CTR-02" : response.status === 404 ? "MAP-01" : "INV-06", message: sentence(`${first.errorCode}: ${first.message}`) };
}
