import { expect, test } from "vitest";
import type { Http } from "./contract/connector";
import { Recording } from "./http/recording";
import { redactor } from "./http/redact";
import { createGatherings, type Comer } from "./together";

const comer = (signal: AbortSignal = new AbortController().signal): Comer => ({
  signal, recording: new Recording(redactor([])),
  open: (records) => ({ request: (request) => { for (const each of records) each.add(request, { ok: true, response: { status: 200, headers: {}, text: "{}" } }, 1); return Promise.resolve({ ok: true, response: { status: 200, headers: {}, text: "{}" } }); } }),
});
/** An act that ends when it is told to, with the names that each went with. */
function act() {
  const ends: ((error?: Error) => void)[] = [];
  const run = async (all: readonly unknown[], http: Http): Promise<readonly unknown[]> => {
    await http.request({ method: "POST", url: "http://vendor.example/", body: JSON.stringify(all) });
    await new Promise<void>((resolve, reject) => { ends.push((error) => { if (error) reject(error); else resolve(); }); });
    return all.map((one) => `${String(one)} of ${all.join("")}`);
  };
  const until = async (count: number): Promise<void> => { while (ends.length < count) await new Promise((done) => { setImmediate(done); }); };
  return { run, end: async (at: number, error?: Error) => { await until(at + 1); ends[at]?.(error); }, begun: () => ends.length };
}

test("the first goes at once, those who come meanwhile go together, and the record of each holds the call", async () => {
  const { join } = createGatherings(), one = act(), comers = [comer(), comer(), comer()];
  const answers = comers.map((each, at) => join("post", each, "abc"[at], one.run));
  await one.end(0);
  await one.end(1);
  expect(await Promise.all(answers)).toEqual(["a of a", "b of bc", "c of bc"]);
  expect(comers.map(({ recording }) => (recording.exchange().request as { body: unknown }).body)).toEqual([["a"], ["b", "c"], ["b", "c"]]);
  expect(await Promise.all([join("post", comer(), "d", one.run), one.end(2)])).toEqual(["d of d", undefined]);
});

test("another name does not wait", async () => {
  const { join } = createGatherings(), one = act();
  const answers = [join("post", comer(), "a", one.run), join("read", comer(), "b", one.run)];
  await one.end(1);
  await one.end(0);
  expect(await Promise.all(answers)).toEqual(["a of a", "b of b"]);
});

test("what fails fails for all who went, and for none who come after; whoever's lease ended while it waited does not go", async () => {
  const { join } = createGatherings(), one = act(), gone = new AbortController();
  const first = join("post", comer(), "a", one.run), second = join("post", comer(), "b", one.run), third = join("post", comer(), "c", one.run);
  void join("post", comer(gone.signal), "x", one.run);
  gone.abort();
  await one.end(0, new Error("lost"));
  await expect(first).rejects.toThrow("lost");
  await one.end(1);
  expect(await Promise.all([second, third])).toEqual(["b of bc", "c of bc"]);
});
