import { expect, test } from "vitest";
import { refusal, refusedElsewhere } from "./refusal";

test("a password that was refused is told apart from one that could not be checked", () => {
  expect(refusal({ ok: true, status: 200 })).toBeNull();
  expect(refusal({ ok: false, status: 401, error: "CredentialsSignin" })).toMatch(/not right/);
  for (const outage of [{ ok: false, status: 401, error: "Unavailable" }, { ok: false, status: 500, error: "CredentialsSignin" }, undefined]) expect(refusal(outage)).toMatch(/could not check/);
  expect([refusedElsewhere(undefined), refusedElsewhere("Callback")]).toEqual([null, expect.stringMatching(/not right/)]);
});

test("who was let in elsewhere and has no right here is told so, and not that a password was wrong", () => {
  expect(refusedElsewhere("AccessDenied")).toContain("Ask an administrator");
  expect(refusedElsewhere("OAuthCallback")).not.toContain("Ask an administrator");
  expect(refusedElsewhere(undefined)).toBeNull();
});
