import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { trytonPerson } from "./tryton-person";

/** A Tryton that answers what is pressed with one answer after the other, and then with "done". */
async function pressing(button: string, ...answers: object[]): Promise<{ answer: Promise<unknown>; presses: string[] }> {
  const presses: string[] = [], left = [...answers];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => { text += chunk.toString(); }).on("end", () => {
      const { method } = JSON.parse(text) as { method: string };
      presses.push(method);
      const own = method === button ? (left.shift() ?? { result: "done" }) : { result: method === "common.db.login" ? [7, "5e55104e"] : {} };
      response.end(JSON.stringify({ id: 1, ...own }));
    });
  });
  await new Promise<void>((done) => { server.listen(0, "127.0.0.1", done); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o2c`;
  const answer = trytonPerson(url, "picker", "pw").then((person) => person.call(button, [1])).finally(() => { server.close(); });
  return { answer, presses };
}
const post = "model.account.invoice.post";

test("what failed inside Tryton is pressed again: a lock that was lost, somebody who was faster, an error without a word", async () => {
  const { answer, presses } = await pressing(post, { error: ["could not obtain lock on row in relation \"ir_sequence_strict\"\n", ""] }, { error: ["ConcurrencyException", ["Records were modified in the meanwhile"]] }, { error: ["", ""] });
  expect(await answer).toBe("done");
  expect(presses.filter((method) => method === post)).toHaveLength(4);
});
test("a sign-in that failed inside is pressed again, a refused one is not", async () => {
  const { answer, presses } = await pressing("common.db.login", { error: ["FATAL:  the database system is starting up\n", ""] }, { error: ["LoginException", ["password", "Password for picker", "password"]] });
  await expect(answer).rejects.toThrow("Password for picker");
  expect(presses).toEqual(["common.db.login", "common.db.login"]);
});
test("a refusal is told with Tryton's own words, at once", async () => {
  const { answer, presses } = await pressing(post, { error: ["UserError", ["To continue, you must create a period.", "", null]] });
  await expect(answer).rejects.toThrow(/picker pressed model\.account\.invoice\.post.*you must create a period/);
  expect(presses.filter((method) => method === post)).toHaveLength(1);
});
test("a question is answered with yes, and one that comes again all the same is a refusal", async () => {
  const question = { error: ["UserWarning", ["invoice_payment_term_1", "The due date lies in the past.", ""]] };
  const once = await pressing(post, question), twice = await pressing(post, question, question);
  expect(await once.answer).toBe("done");
  expect(once.presses.filter((method) => method.endsWith("warning.create"))).toHaveLength(1);
  await expect(twice.answer).rejects.toThrow("The due date lies in the past.");
});
