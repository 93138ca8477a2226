/** Removes secrets from what is kept of an exchange. Errs on the side of hiding. */
const mask = "•••";
const secretNames = [/authorization$/, /cookie$/, /secret/, /password|passwd/, /signature$/, /apikey$/, /^(access|refresh|id|auth|session|bearer|xauth|csrf)?token$/, /^(xpwkey)$/, /cardnumber$|^pan$|^cvc$|^cvv2?$|^iban$|^clientassertion$/];
/** Names of fields repeat in every exchange. Those of a hostile target could be any number: the list begins anew at its end. */
const judged = new Map<string, boolean>();
const mostJudged = 5_000;
function isSecretName(name: string): boolean {
  let secret = judged.get(name);
  if (secret === undefined) {
    const bare = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    secret = secretNames.some((pattern) => pattern.test(bare));
    if (judged.size >= mostJudged) judged.clear();
    judged.set(name, secret);
  }
  return secret;
}

/** 13 to 19 digits that pass the check sum of payment cards and begin as they do. */
const digitsRun = /(?<![\dA-Za-z])[3-6]\d(?:[ -]?\d){11,17}(?![\dA-Za-z])/g;
function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, "");
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** `known` are the installation's own secrets: they are masked wherever they appear, also in their base64 form. */
export function redactor(known: readonly string[]) {
  const needles = known.filter((value) => value.length >= 4).flatMap((value) => [value, Buffer.from(value).toString("base64"), encodeURIComponent(value)])
    .sort((a, b) => b.length - a.length);
  const text = (value: string): string => {
    let result = value;
    for (const needle of needles) if (result.includes(needle)) result = result.replaceAll(needle, mask);
    return result.replace(digitsRun, (run) => (isCardNumber(run) ? `${mask}${run.slice(-4)}` : run));
  };
  const deep = (value: unknown, name = ""): unknown => {
    if (name !== "" && isSecretName(name) && value !== null && typeof value !== "object") return mask;
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((entry) => deep(entry));
    if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, deep(entry, key)]));
    return value;
  };
  return { text, deep, headers: (headers: Readonly<Record<string, string>>) => deep(headers) as Record<string, string>, url: (value: string) => redactUrl(value, text) };
}
export type Redactor = ReturnType<typeof redactor>;

function redactUrl(value: string, text: (value: string) => string): string {
  const url = URL.parse(value);
  if (!url) return text(value);
  for (const name of [...url.searchParams.keys()]) if (isSecretName(name)) url.searchParams.set(name, mask);
  return text(url.search === "" ? value : decodeMask(url.toString()));
}
const decodeMask = (value: string): string => value.replaceAll(encodeURIComponent(mask), mask);
