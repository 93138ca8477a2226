/** One record of a CSV file as it came; `end` is the offset of the byte after it. */
export interface RawRecord { end: number; bytes: Buffer; blank: boolean }
export class CutOff extends Error {}

const quote = 0x22, newline = 0x0a, carriage = 0x0d;
/** No record is longer: an open quote must not take in the rest of a huge file. */
const longest = 1024 * 1024;

/**
 * Splits bytes into records, holding one at a time; a line break inside of quotes parts nothing. `width`: bytes of a character
 * in UTF-16, else 1: in all other encodings here no other character holds the bytes of the marks.
 */
export class Splitter {
  private held: Buffer = Buffer.alloc(0);
  private at = 0;
  private quoted = false;
  private atStart = true;
  private blank = true;
  private justClosed = false;
  private readonly width: 1 | 2;
  private readonly mark: number;
  private offset: number;

  constructor(width: 1 | 2, delimiter: string, from = 0) { this.width = width; this.mark = delimiter.charCodeAt(0); this.offset = from; }

  push(chunk: Buffer): RawRecord[] {
    const found: RawRecord[] = [], { width } = this;
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    while (this.at + width <= this.held.length) {
      const code = this.unit(this.at);
      this.at += width;
      if (code === newline && !this.quoted) { found.push(this.take(this.at)); continue; }
      if (code !== newline && code !== carriage && code !== 0xfeff) this.blank = false;
      const closed = this.justClosed;
      this.justClosed = false;
      if (code === quote && this.quoted) { this.quoted = false; this.justClosed = true; }
      // a quote opens a field at its beginning, and a doubled one opens it again; any other is the cell's own
      else if (code === quote && (this.atStart || closed)) this.quoted = true;
      this.atStart = !this.quoted && (code === this.mark || (this.atStart && this.isByteOrderMark(code)));
    }
    if (this.held.length > longest) throw new CutOff(this.quoted ? "a quote is opened and not closed within 1 MB" : "a record is longer than 1 MB");
    return found;
  }

  /** What is left without a line break. Throws `CutOff` where the file ends inside of quotes or of a character. */
  end(): RawRecord[] {
    if (this.quoted) throw new CutOff("the file ends inside of quotes: it is cut off");
    if (this.held.length % this.width !== 0) throw new CutOff("the file ends inside of a character: it is cut off");
    return this.held.length > 0 ? [this.take(this.held.length)] : [];
  }

  private unit(place: number): number { return this.width === 1 ? (this.held[place] ?? 0) : this.held.readUInt16LE(place); }
  private isByteOrderMark(code: number): boolean { return this.at <= 3 && (code === 0xfeff || code === 0xef || code === 0xbb || code === 0xbf); }
  private take(length: number): RawRecord {
    const bytes = this.held.subarray(0, length), { blank } = this;
    this.held = this.held.subarray(length);
    this.offset += length; this.at = 0; this.atStart = true; this.blank = true; this.justClosed = false;
    return { end: this.offset, bytes, blank };
  }
}

export async function* recordsOf(stream: AsyncIterable<Buffer>, width: 1 | 2, delimiter: string, from = 0): AsyncGenerator<RawRecord> {
  const splitter = new Splitter(width, delimiter, from);
  for await (const chunk of stream) yield* splitter.push(chunk);
  yield* splitter.end();
}
