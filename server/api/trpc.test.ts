import { expect, test } from "vitest";
import { z } from "zod";
import { grant, person } from "@/server/testing/memory/people";
import { createCaller, reader, router } from "./trpc";

test("what no column can keep is refused as bad input, however deep it stands", async () => {
  const call = createCaller(router({ echo: reader.input(z.object({ words: z.array(z.string()) })).query(({ input }) => input.words) }))({ services: {} as never, person: person("olga", grant()), chosenEntity: null });
  await expect(call.echo({ words: ["a", "b\u0000"] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  expect(await call.echo({ words: ["a", "b"] })).toEqual(["a", "b"]);
});
