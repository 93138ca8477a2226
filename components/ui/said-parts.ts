export interface SaidPart { kind: "text" | "instant"; text: string }

const instant = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))/;
/** Names of stages, kinds and holders. What has a digit or a capital is an identifier and stays as it is. */
const name = /(?<![\w/.-])[a-z]+(?:_[a-z]+)+(?![\w/.-])/g;

/** A sentence in parts: instants apart, names of the domain in plain words. */
export const saidParts = (text: string): SaidPart[] =>
  text.split(instant).map((part, index): SaidPart => (index % 2 === 1 ? { kind: "instant", text: part } : { kind: "text", text: part.replaceAll(name, (found) => found.replaceAll("_", " ")) })).filter((part) => part.text !== "");
