import type { ExceptionGroupRow } from "@/server/api/shapes";
import { exceptionCatalogue, type ExceptionCode } from "@/server/domain/exceptions";

type Cause = Pick<ExceptionGroupRow, "code" | "key" | "title">;

/** Where in the message, for codes that are told apart by that alone. */
const placeOf = ({ code, key }: Cause): string | null => (code === "CTR-01" && key["code"] !== undefined && key["code"] !== code ? key["code"].replaceAll("_", " ") : null);

/** What is wrong, without the code, which stands beside it. */
export function causeName(cause: Cause): string {
  const { code, title } = cause, place = placeOf(cause);
  const name = code in exceptionCatalogue ? exceptionCatalogue[code as ExceptionCode].name : title;
  return place === null ? name : `${name} at ${place}`;
}

const words: Readonly<Record<string, string>> = { connector: "from" };
/** What tells this cause from others of its code: what it is about first, where it came from last. */
export const causeKey = ({ code, title, key }: Cause): [string, string][] =>
  Object.entries(key).filter(([name, value]) => value !== code && !(name === "code" && placeOf({ code, title, key }) !== null)).sort(([a], [b]) => Number(a === "connector") - Number(b === "connector")).map(([name, value]) => [code.startsWith("CTR-") && name === "code" ? "at" : words[name] ?? name.replaceAll("_", " "), value.replaceAll("_", " ")]);

export const causeText = (cause: Cause): string => [causeName(cause), ...causeKey(cause).map(([, value]) => value)].join(" · ");
