import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { proxy } from "@/proxy";

const answerOf = (address: string): Promise<Response> => proxy(new NextRequest(`http://tower.test${address}`));

test.each(["/orders/N-100001%00", "/trace?q=%00", "/trace?q=a%00b&view=list", "/exceptions?group=MAP-02%00", "/cross-reference?%00=1"])("%s holds what no document is called: nothing is here", async (address) => {
  expect((await answerOf(address)).headers.get("x-middleware-rewrite")).toBe("http://tower.test/nothing-is-here");
});
test("an address without a session leads to the sign-in page and back", async () => {
  expect((await answerOf("/orders/N%2F1?late=1")).headers.get("location")).toBe(`http://tower.test/sign-in?callbackUrl=${encodeURIComponent("/orders/N%2F1?late=1")}`);
});
test.each([["/api/v1/orders/%ff", 400], ["/api/v1/orders/%20", 200]])("%s is answered with %i", async (address, status) => { expect((await answerOf(address)).status).toBe(status); });
