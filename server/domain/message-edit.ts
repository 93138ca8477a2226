import { placed } from "./overlay";
import { fail, ok, type Result } from "./result";

/** Locked fields say which document a message is about; sensitive ones need a second person; free ones anybody with the right. */
export type Care = "locked" | "sensitive" | "free";
export interface MessageField { /** RFC 6901 */ at: string; value: unknown; care: Care; /** What makes it locked or sensitive, in a word or two. */ why: string | null }
/** One field of a message as a person gives it. `before` is missing where the message had no such field. The bytes that came are never touched. */
export interface FieldChange { at: string; before?: unknown; value: unknown }

/** Longest message that is edited field by field. */
const longestEdit = 500_000;

const locked = new Set(["id", "uuid", "guid", "no", "number", "revision", "version", "type", "specversion", "source", "eventid", "messageid", "orderid", "ordernumber", "orderno", "documentid", "documentnumber", "documentno"]);
const sensitive: readonly (readonly [why: string, words: readonly string[]])[] = [
  ["tax", ["tax", "taxes", "taxable", "vat", "gst", "duty", "exempt", "exemption"]],
  ["currency", ["currency", "curr", "ccy", "fx"]],
  ["account", ["account", "acct", "iban", "bic", "ledger", "gl"]],
  ["customer", ["customer", "cust", "client", "buyer", "sold", "sell", "bill", "billed", "payer", "payee", "debtor", "party", "parties"]],
  ["period", ["period", "fiscal", "posting", "posted", "invoiced", "shipped", "delivered", "received", "effective", "accounting"]],
  ["amount", ["amount", "amt", "price", "prices", "total", "subtotal", "net", "gross", "cost", "value", "discount", "charge", "charges", "freight", "fee", "rate", "percent", "payment", "authorisation", "authorization", "credit", "refund", "deposit", "balance", "quantity", "qty", "cents", "minor"]],
];

/** Names that are written in one: `taxcode`, `billto`. */
const stems: readonly (readonly [why: string, stems: readonly string[]])[] = [
  ["tax", ["tax", "vat"]], ["currency", ["currenc"]], ["account", ["account", "iban"]], ["customer", ["cust", "billto", "soldto", "sellto", "payer", "debtor"]], ["period", ["period", "fiscal", "posting"]], ["amount", ["amount", "price", "total", "discount", "freight", "quantity"]],
];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const wordsOf = (name: string): string[] => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z]+/).filter(Boolean);
const longestFigure = 40;
/** Digits without letters, or with the letters of a currency: an amount, a quantity or a date, under any name. */
const isFigure = (value: unknown): boolean => typeof value === "number" || (typeof value === "string" && value.length <= longestFigure && (/^\d{4}-\d{2}-\d{2}/.test(value.trim()) || /^(?:[A-Za-z]{3}\s*)?[^A-Za-z]*\d[^A-Za-z]*(?:\s*[A-Za-z]{3}|e[-+]?\d+)?$/.test(value.trim()) && !/^[A-Za-z]{3}-/.test(value.trim())));

const stepsOf = (at: string): string[] => at.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
const pointer = (steps: readonly string[]): string => steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** How careful one must be with a field, by its name and by what it holds: a figure under any name may be an amount, a date may decide a period. */
export function careOf(at: string, ...values: unknown[]): Pick<MessageField, "care" | "why"> {
  const steps = stepsOf(at), words = steps.flatMap(wordsOf);
  const named = sensitive.find(([, known]) => words.some((word) => known.includes(word))) ?? stems.find(([, known]) => words.some((word) => known.some((stem) => word.includes(stem))));
  if (locked.has(wordsOf(steps.at(-1) ?? "").join(""))) return { care: "locked", why: "says which document it is" };
  if (named) return { care: "sensitive", why: named[0] };
  return values.some(isFigure) ? { care: "sensitive", why: "a figure or date" } : { care: "free", why: null };
}

/** Every single value of a message, in its own order. */
export function fieldsOf(body: unknown, steps: readonly string[] = []): MessageField[] {
  if (Array.isArray(body)) return body.flatMap((value, index) => fieldsOf(value, [...steps, String(index)]));
  if (isObject(body)) return Object.entries(body).flatMap(([name, value]) => fieldsOf(value, [...steps, name]));
  const at = pointer(steps);
  return steps.length === 0 ? [] : [{ at, value: body, ...careOf(at, body) }];
}

function valueAt(body: unknown, steps: readonly string[]): { there: boolean; value: unknown } {
  const [step, ...rest] = steps;
  if (step === undefined) return { there: true, value: body };
  if (Array.isArray(body) && /^\d+$/.test(step) && Number(step) < body.length) return valueAt((body as unknown[])[Number(step)], rest);
  return isObject(body) && Object.hasOwn(body, step) ? valueAt(body[step], rest) : { there: false, value: undefined };
}

/** The body as it came, as JSON. */
export function readBody(bytes: Uint8Array): Result<unknown> {
  if (bytes.byteLength > longestEdit) return fail("STATE", "This message is too long to be edited field by field");
  try {
    const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof body === "object" && body !== null ? ok(body) : fail("STATE", "Only a JSON message with fields can be edited");
  } catch { return fail("STATE", "Only a JSON message can be edited field by field; ask the sender for a corrected one"); }
}

/** The message with every field that persons gave, oldest first. */
export const withChanges = (body: unknown, changes: readonly FieldChange[]): unknown => changes.reduce((whole, { at, value }) => placed(whole, stepsOf(at), value), body);

/** The bytes that a translation sees. What is no JSON has no changes and stays as it came. */
export function bodyWith(bytes: Uint8Array, changes: readonly FieldChange[]): Uint8Array {
  const body = readBody(bytes);
  return body.ok ? new TextEncoder().encode(JSON.stringify(withChanges(body.value, changes))) : bytes;
}

/** Checks what a person wants to change and says what stood there, and whether it needs a second person. */
export function checkChanges(body: unknown, wanted: readonly { at: string; value: unknown }[]): Result<{ changes: FieldChange[]; sensitive: boolean }> {
  const changes: FieldChange[] = [];
  for (const { at, value } of wanted) {
    const steps = stepsOf(at), last = steps.at(-1);
    const parent = valueAt(body, steps.slice(0, -1)), before = valueAt(body, steps);
    if (last === undefined || (!before.there && !isObject(parent.value))) return fail("STATE", `The message has no place ${at}`, at);
    if (isObject(before.value) || Array.isArray(before.value)) return fail("STATE", `${at} is a group of fields; change them one by one`, at);
    if (careOf(at).care === "locked") return fail("LOCKED", `${at} ${careOf(at).why ?? ""}: it is locked. Ask the sender for a corrected message.`, at);
    if (before.there && before.value === value) continue;
    changes.push({ at, ...(before.there ? { before: before.value } : {}), value });
  }
  if (changes.length === 0) return fail("STATE", "Nothing was changed");
  return ok({ changes, sensitive: changes.some(({ at, before, value }) => careOf(at, before, value).care === "sensitive") });
}
