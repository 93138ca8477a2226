import { createHash } from "node:crypto";
import { z } from "zod";
import { epochMs } from "@/server/domain/instant";
import { ok } from "@/server/domain/result";
import type { Feed, SourceMessage } from "../contract/connector";
import { bytesOf } from "../contract/events";
import { Missing, withFiles, type Entry, type Files } from "./client";
import type { DropSecrets, DropSession, DropSettings } from "./config";
import { inspect, RowReader, widthOf } from "./inspect";
import { documentKey } from "./mapping";
import { dropFor } from "./mapping-schema";
import { CutOff, recordsOf } from "./records";
import { noteType, partType, type FileNote } from "./to-canonical";

/** Where the drop stands. What was taken is known for ever by the identity of its messages; `seen` only spares reading it again. */
const cursorShape = z.object({
  looks: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])).default({}),
  /** The file in work: read through, and taken up to byte `from`. */
  reading: z.object({ as: z.string(), name: z.string(), size: z.number(), modified: z.number(), sha256: z.string(), charset: z.enum(["utf-8", "utf-16le", "windows-1252"]), rows: z.number(), documents: z.number(), from: z.number(), row: z.number() }).nullable().default(null),
  /** All of it is stored: it may leave the folder of work. */
  done: z.object({ as: z.string(), to: z.string(), size: z.number(), modified: z.number(), reason: z.string().optional() }).nullable().default(null),
  seen: z.array(z.tuple([z.string(), z.string()])).default([]),
});
type Cursor = z.infer<typeof cursorShape>;
interface Step { messages: SourceMessage[]; cursor: Cursor; more: boolean }

const remembered = 500, looked = 500;
const unfinished = /^\.|\.(tmp|part|partial|filepart|crdownload|swp)$|~$/i;
/** Names are only ever used below a folder of ours. */
 
const isSafe = (name: string): boolean => name.length <= 180 && name !== "" && !/[\u0000-\u001f\u007f/\\"]|^\.\.?$/.test(name) && name.isWellFormed();

/**
 * Takes one step at a time, each made durable by its cursor before the next: claim a file by moving it to the folder of work,
 * read it through, take its documents page by page, move it to the archive. A step that is repeated after a crash gives the
 * same messages, and a move that was made already is found made.
 */
export const feeds: readonly Feed<DropSettings, DropSecrets>[] = [{
  name: "files", everyMs: 5_000,
  read: async (session, given) => {
    const parsed = cursorShape.safeParse(given ?? {}), cursor = parsed.success ? parsed.data : cursorShape.parse({});
    if (session.settings.drops.length === 0) return ok({ messages: [], cursor, more: false });
    return withFiles(session, "turn", (files) => step(session, files, cursor, given === null || !parsed.success));
  },
}];

export async function step(session: DropSession, files: Files, cursor: Cursor, isFirst: boolean): Promise<Step> {
  const { settings } = session;
  if (isFirst) for (const folder of [settings.work, settings.archive, settings.error]) await files.makeFolder(folder);
  if (cursor.done) return put(files, cursor, cursor.done, settings);
  const [claimed] = await claimedIn(files, settings);
  if (!claimed) return lookAround(session, files, { ...cursor, reading: null });
  const { reading } = cursor;
  if (!reading || !isAsItWas(reading, claimed)) return readThrough(session, files, cursor, claimed);
  const taken = await takePage(session, files, cursor, reading).catch((error: unknown) => { if (error instanceof CutOff) return null; throw error; }), [after] = await claimedIn(files, settings);
  return taken && isAsItWas(reading, after) ? taken : readAgain(cursor);
}

const claimedIn = async (files: Files, { work }: DropSettings): Promise<Entry[]> => (await files.list(work)).filter(({ isFile, name }) => isFile && isSafe(name) && name.includes("~")).sort((a, b) => a.name.localeCompare(b.name));
/** Whoever still holds a file open writes on wherever it was moved: what was read through is taken only as long as it is the same. */
const isAsItWas = ({ as, size, modified }: { as: string; size: number; modified: number }, entry: Entry | undefined): boolean => entry?.name === as && entry.size === size && entry.modified === modified;
const stampOf = ({ name, size, modified }: Entry): { as: string; size: number; modified: number } => ({ as: name, size, modified });
const readAgain = (cursor: Cursor): Step => ({ messages: [], cursor: { ...cursor, done: null, reading: null }, more: true });

/** After the commit of all that it says; a file that was refused is put aside as it is. */
async function put(files: Files, cursor: Cursor, done: NonNullable<Cursor["done"]>, settings: DropSettings): Promise<Step> {
  const there = (await claimedIn(files, settings)).find(({ name }) => name === done.as);
  if (done.reason === undefined && there && !isAsItWas(done, there)) return readAgain(cursor);
  try { await files.move(`${settings.work}/${done.as}`, done.to); } catch (error) { if (!(error instanceof Missing)) throw error; }
  if (done.reason !== undefined) await files.write(`${done.to}.reason.txt`, `${done.reason}\n`);
  if (settings.doneMarker !== "") try { await files.remove(`${settings.inbox}/${nameOf(done.as)}${settings.doneMarker}`); } catch (error) { if (!(error instanceof Missing)) throw error; }
  return { messages: [], cursor: { ...cursor, done: null, reading: null }, more: true };
}

const nameOf = (claimedName: string): string => claimedName.slice(claimedName.indexOf("~") + 1);
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const noteOf = (id: string, said: FileNote): SourceMessage => ({ sourceMessageId: id, contentType: noteType, body: bytesOf(said) });

/** Two looks apart in time must show the same size and time before a file is claimed. */
async function lookAround(session: DropSession, files: Files, cursor: Cursor): Promise<Step> {
  const { settings } = session, now = epochMs(session.now());
  const entries = (await files.list(settings.inbox)).filter(({ isFile }) => isFile);
  const names = new Set(entries.map(({ name }) => name)), marker = settings.doneMarker;
  const hostile = entries.filter(({ name }) => !isSafe(name));
  const candidates = entries.filter(({ name }) => isSafe(name) && !unfinished.test(name) && (marker === "" || (!name.endsWith(marker) && names.has(`${name}${marker}`))))
    .sort((a, b) => a.modified - b.modified || a.name.localeCompare(b.name)).slice(0, looked);
  const looks: Cursor["looks"] = {};
  for (const { name, size, modified } of candidates) {
    const before = cursor.looks[name];
    looks[name] = before && before[0] === size && before[1] === modified ? before : [size, modified, now];
  }
  const messages = hostile.slice(0, looked).flatMap(({ name, size }): SourceMessage[] => {
    const key = `!${sha(name)}`;
    looks[key] = [0, 0, 0];
    return cursor.looks[key] ? [] : [noteOf(`name/${sha(name)}`, { file: JSON.stringify(name).slice(0, 120), size, sha256: null, unreadable: "Its name is not one that may be used: rename it without slashes, quotes and control characters" })];
  });
  const quiet = candidates.find(({ name }) => now - (looks[name]?.[2] ?? now) >= settings.quietSeconds * 1000);
  if (!quiet) return { messages, cursor: { ...cursor, looks }, more: false };
  try { await files.move(`${settings.inbox}/${quiet.name}`, `${settings.work}/${now.toString(36).padStart(9, "0")}~${quiet.name}`); } catch (error) { if (!(error instanceof Missing)) throw error; }
  const { [quiet.name]: _claimed, ...others } = looks;
  return { messages, cursor: { ...cursor, looks: others }, more: true };
}

/** A place of its own in the archive, whatever else was called so. */
const place = (folder: string, session: DropSession, name: string, mark: string): string => `${folder}/${session.now().replace(/[-:]|\.\d+/g, "")}-${mark.slice(0, 8)}-${name}`;

/** Nothing of a file is taken before all of it was read: half of one would be half of an order. */
async function readThrough(session: DropSession, files: Files, cursor: Cursor, claimed: Entry): Promise<Step> {
  const { settings } = session, name = nameOf(claimed.name), path = `${settings.work}/${claimed.name}`;
  const refuse = (reason: string): Step => {
    const to = place(settings.error, session, name, sha(claimed.name));
    return { messages: [noteOf(`unreadable/${claimed.name}`, { file: name, size: claimed.size, sha256: null, unreadable: reason, movedTo: settings.error })], cursor: { ...cursor, reading: null, done: { ...stampOf(claimed), to, reason } }, more: true };
  };
  const drop = dropFor(settings.drops, name);
  if (!drop) return refuse("No mapping takes files of this name");
  if (claimed.size > settings.maxMegabytes * 1024 * 1024) return refuse(`It has ${claimed.size} bytes, more than ${settings.maxMegabytes} MB`);
  const found = await inspect(drop, () => files.read(path, 0));
  if (!found.ok) return refuse(found.error.message);
  const { sha256, charset, rows, documents } = found.value;
  const before = cursor.seen.find(([digest]) => digest === sha256);
  if (before) return { messages: [noteOf(`file/${claimed.name}`, { file: name, size: claimed.size, sha256, repeats: before[1] })], cursor: { ...cursor, reading: null, done: { ...stampOf(claimed), to: place(settings.archive, session, name, sha256) } }, more: true };
  return { messages: [], cursor: { ...cursor, reading: { ...stampOf(claimed), name, sha256, charset, rows, documents, from: 0, row: 1 } }, more: true };
}

/** The next documents, each a message of its own: the header and its rows as they came. Their ids are made of the content, so the same file under any name is a repeat. */
async function takePage(session: DropSession, files: Files, cursor: Cursor, reading: NonNullable<Cursor["reading"]>): Promise<Step> {
  const { settings } = session, path = `${settings.work}/${reading.as}`, width = widthOf(reading.charset), drop = dropFor(settings.drops, reading.name);
  if (!drop) return { messages: [], cursor: { ...cursor, reading: null }, more: true };
  const reader = new RowReader(drop, reading.charset);
  let from = 0;
  for await (const record of recordsOf(files.read(path, 0), width, drop.delimiter)) { from = record.end; if (reader.next(record.bytes, record.blank) !== null) break; }
  if (reading.from > 0) { ({ from } = reading); reader.row = reading.row; }
  const messages: SourceMessage[] = [];
  const open: { group: { key: string; row: number; parts: Buffer[] } | null } = { group: null };
  let end = from, { row } = reader;
  const close = (): void => {
    const { group } = open;
    if (group) messages.push({ sourceMessageId: `rows/${reading.sha256}/${group.row}`, contentType: partType(reading.charset, reading.name, group.row), body: Buffer.concat([reader.headerBytes, ...group.parts]) });
    open.group = null;
  };
  for await (const record of recordsOf(files.read(path, from), width, drop.delimiter, from)) {
    const read = reader.next(record.bytes, record.blank);
    if (read?.kind === "row") {
      const key = documentKey(drop, reader.header, read.cells), { group } = open;
      if (group && group.key === key && key !== "") group.parts.push(record.bytes);
      else {
        close();
        if (messages.length >= settings.documentsPerRead) return { messages, cursor: { ...cursor, reading: { ...reading, from: end, row } }, more: true };
        open.group = { key, row: reader.row, parts: [record.bytes] };
      }
    }
    ({ end } = record); ({ row } = reader);
  }
  close();
  messages.push(noteOf(`file/${reading.as}`, { file: reading.name, size: reading.size, sha256: reading.sha256, rows: reading.rows, documents: reading.documents }));
  return { messages, cursor: { ...cursor, reading: null, seen: [[reading.sha256, reading.name] satisfies [string, string], ...cursor.seen].slice(0, remembered), done: { as: reading.as, size: reading.size, modified: reading.modified, to: place(settings.archive, session, reading.name, reading.sha256) } }, more: true };
}
