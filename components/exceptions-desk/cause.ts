import type { ExceptionGroupRow } from "@/server/api/shapes";
import { exceptionCatalogue, type ExceptionCode } from "@/server/domain/exceptions";

type Cause = Pick<ExceptionGroupRow, "code" | "key" | "title">;

/** What is wrong, without the code, which stands beside it. */
export const causeName = ({ code, title }: Cause): string => (code in exceptionCatalogue ? exceptionCatalogue[code as ExceptionCode].name : title);

const words: Readonly<Record<string, string>> = { connector: "from" };
/** What tells this cause from others of its code: what it is about first, where it came from last. */
export const causeKey = ({ code, key }: Cause): [string, string][] =>
  Object.entries(key).filter(([, value]) => value !== code).sort(([a], [b]) => Number(a === "connector") - Number(b === "connector")).map(([name, value]) => [code.startsWith("CTR-") && name === "code" ? "at" : words[name] ?? name.replaceAll("_", " "), value.replaceAll("_", " ")]);

export const causeText = (cause: Cause): string => [causeName(cause), ...causeKey(cause).map(([, value]) => value)].join(" · ");
