import { expect, it } from "vitest";
import { createAdmission, type AdmissionLimits, type Entry } from "./admission";

const open = (limits: Partial<AdmissionLimits>, backlog: (most: number) => Promise<number> = () => Promise.resolve(0)) =>
  createAdmission({ requests: 100, bytes: 1_000_000, backlog: 1_000, bodyMs: 60_000, graceMs: 60_000, ...limits }, { backlog, fraction: () => 0.5 });
const told = (body: string | ReadableStream): Request => new Request("http://tower.test/", { method: "POST", body, duplex: "half" } as RequestInit);
const taken = async (response: Promise<Response>) => { const { status, headers } = await response; return [status, headers.get("retry-after")]; };
const turns = () => new Promise((resolve) => { setTimeout(resolve, 5); });

it("lets in so many requests at once, says when to come again, and lets in the next when one is over", async () => {
  const admission = open({ requests: 2 }), gate = Promise.withResolvers<Response>(), ended = [1, 2].map(() => admission.admit(() => gate.promise));
  const refused = await admission.admit(() => Response.json({}));
  expect([refused.status, refused.headers.get("content-type"), refused.headers.get("retry-after")]).toEqual([429, "application/problem+json", "3"]);
  expect(await refused.json()).toMatchObject({ type: "urn:ledgerline:problem:busy", title: "Too many requests", status: 429, code: "BUSY" });
  gate.resolve(Response.json({}));
  await Promise.all(ended);
  expect([await taken(admission.admit(() => Response.json({}))), admission.figures()]).toEqual([[200, null], { requests: 0, bytes: 0, turnedAway: { requests: 1, bytes: 0, backlog: 0, slow: 0 } }]);
});

it("counts bytes as they come: a body that has no room is not read on, nothing of it is worked on, and its bytes are free again", async () => {
  const admission = open({ bytes: 100 });
  const work: string[] = [];
  const reads = (body: string | ReadableStream) => admission.admit(async ({ known, read }: Entry) => { known(); const bytes = await read(told(body), 1_000); work.push(new TextDecoder().decode(bytes ?? undefined)); await turns(); return Response.json({}); });
  let isCancelled = false, pieces = 0;
  const endless = new ReadableStream({ pull(controller) { pieces += 1; controller.enqueue(new Uint8Array(40)); }, cancel() { isCancelled = true; } });
  expect([await taken(reads(endless)), isCancelled, pieces < 10, work, admission.figures().bytes]).toEqual([[429, "3"], true, true, [], 0]);
  const answers = await Promise.all([taken(reads("a".repeat(60))), taken(reads("b".repeat(60))), taken(reads("c".repeat(30)))]);
  expect([answers.map(([status]) => status), work.map((text) => text[0]), admission.figures()]).toEqual([[200, 429, 200], ["a", "c"], { requests: 0, bytes: 0, turnedAway: { requests: 0, bytes: 2, backlog: 0, slow: 0 } }]);
});

it("announcing a large body holds nothing", async () => {
  const admission = open({ bytes: 100 }), silent = new ReadableStream({ pull: () => new Promise(() => undefined) });
  void admission.admit(({ read }) => read(told(silent), 1_000).then(() => Response.json({})));
  await turns();
  expect(await taken(admission.admit(async ({ known, read }) => { known(); await read(told("a".repeat(90)), 1_000); return Response.json({}); }))).toEqual([200, null]);
});

it("lets nothing in while too much waits, and everything where that cannot be counted", async () => {
  let asked = 0;
  const full = open({ backlog: 10 }, (most) => { asked = most; return Promise.resolve(11); });
  await taken(full.admit(() => Response.json({})));
  expect([asked, await taken(full.admit(() => Response.json({})))]).toEqual([11, [429, "3"]]);
  const away = open({ backlog: 10 }, () => Promise.reject(new Error("the database is away")));
  await taken(away.admit(() => Response.json({})));
  expect(await taken(away.admit(() => Response.json({})))).toEqual([200, null]);
});

it("what goes wrong in the work is the door's to tell, and frees its room", async () => {
  const admission = open({ bytes: 100 });
  await expect(admission.admit(async ({ known, read }) => { known(); await read(told("a".repeat(90)), 1_000); throw new Error("refused"); })).rejects.toThrow("refused");
  expect(admission.figures()).toMatchObject({ requests: 0, bytes: 0 });
});
