import { createReadStream, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Files } from "../client";

/** A folder of this machine in the place of a server's; `onRead` comes before each reading of a file. */
export function filesOf(root: string, onRead: (path: string) => void = () => undefined): Files {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    list: (folder) => Promise.resolve(readdirSync(at(folder)).map((name) => { const { size, mtimeMs } = statSync(at(folder, name)); return { name, size, modified: Math.floor(mtimeMs / 1000), isFile: true }; })),
    read: (file, from) => { onRead(file); return createReadStream(at(file), { start: from }) as AsyncIterable<Buffer>; },
    move: (from, to) => { renameSync(at(from), at(to)); return Promise.resolve(); },
    write: (file, text) => { writeFileSync(at(file), text); return Promise.resolve(); },
    remove: (file) => { rmSync(at(file)); return Promise.resolve(); },
    makeFolder: () => Promise.resolve(),
  };
}
