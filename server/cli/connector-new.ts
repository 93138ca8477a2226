import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const TEMPLATE = "template";
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A name in the three ways in which the files of a connector say it: `acme-shop`, `acmeShop`, `AcmeShop`. */
function spelling(name: string): (text: string) => string {
  const pascal = name.split("-").map(capital).join(""), camel = pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
  return (text) => text.replaceAll(`"${TEMPLATE}"`, `"${name}"`).replaceAll(capital(TEMPLATE), pascal).replaceAll(new RegExp(`\\b${TEMPLATE}\\b`, "g"), camel);
}

function filesOf(folder: string, below = ""): string[] {
  return readdirSync(path.join(folder, below)).flatMap((name) => { const file = path.join(below, name); return statSync(path.join(folder, file)).isDirectory() ? filesOf(folder, file) : [file]; });
}

/**
 * Makes the folder of a new kind of connector from the one that begins all, with tests that pass, and puts its line into the
 * registry: nothing else knows connectors by name. Answers the files that were made.
 * @throws where the name cannot be one or is taken, or where the sources are not there
 */
export function newConnector(name: string, integrations: string): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40) throw new Error(`${name} is no name for a kind of connector: small letters and digits, parted by hyphens, at most 40`);
  const template = path.join(integrations, TEMPLATE), folder = path.join(integrations, name), registry = path.join(integrations, "registry.ts");
  if (!existsSync(template)) throw new Error(`${template} is not here: a kind of connector is made in a working copy of the sources`);
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  const spelled = spelling(name), list = /(\[[^\]]*)\]\.map\(\(connector\)/, before = readFileSync(registry, "utf8");
  if (!list.test(before)) throw new Error(`${registry} is not as it was: its list of connectors was not found`);
  const made = filesOf(template).map((file) => ({ from: path.join(template, file), to: path.join(folder, file.replace(`${TEMPLATE}.`, `${name}.`)) }));
  for (const { from, to } of made) {
    mkdirSync(path.dirname(to), { recursive: true });
    const text = readFileSync(from, "utf8").replace(/^\/\*\* Where a new connector begins.*\n/m, "");
    writeFileSync(to, spelled(text));
  }
  const own = spelled(TEMPLATE), line = `import { ${own} } from "./${name}";\n`;
  writeFileSync(registry, before.replace(/\n\n\/\*\*/, `\n${line}\n/**`).replace(list, `$1, ${own}].map((connector)`));
  return made.map(({ to }) => to);
}
