import { holdCatalogue, type HoldCode } from "@/server/domain/holds";

export interface SaidPart { kind: "text" | "instant"; text: string }

const instant = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))/;
/** Names of stages, kinds and holders. What has a digit or a capital is an identifier and stays as it is. */
const name = /(?<![\w/.-])[a-z]+(?:_[a-z]+)+(?![\w/.-])/g;

/** The code of a hold, which people know by its name. */
const code = /\b[A-Z]+(?:_[A-Z]+)+\b/g;
const holdName = (found: string): string => (found in holdCatalogue ? holdCatalogue[found as HoldCode].name.toLowerCase() : found);

/** What a contract says of a value of the wrong kind, as people say it. */
const wrongKind = /:? ?Invalid input: expected (\w+), received (\w+)/;
const kinds: Readonly<Record<string, string>> = { string: "a text", number: "a number", boolean: "true or false", array: "a list", object: "a group of fields" };
const kindOf = (word: string): string => kinds[word] ?? word;
const plainly = (text: string): string => text.replace(wrongKind, (_, wanted: string, came: string) => (came === "undefined" ? ` is missing: ${kindOf(wanted)} is needed` : ` is ${kindOf(came)}: ${kindOf(wanted)} is needed`));

/** A sentence in parts: instants apart, names of the domain in plain words. */
export const saidParts = (text: string): SaidPart[] =>
  text.split(instant).map((part, index): SaidPart => (index % 2 === 1 ? { kind: "instant", text: part } : { kind: "text", text: plainly(part).replaceAll(name, (found) => found.replaceAll("_", " ")).replaceAll(code, holdName) })).filter((part) => part.text !== "");
