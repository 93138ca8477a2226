import { test as base, request, type BrowserContext, type Page } from "@playwright/test";
import { account, runFile, type Role } from "../tower";

type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;
type Options = NonNullable<Parameters<import("@playwright/test").Browser["newContext"]>[0]>;

async function session(role: Role): Promise<Session> {
  const { email, password } = account(role);
  const browser = await request.newContext({ baseURL: runFile().web });
  const { csrfToken } = (await (await browser.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const answer = await browser.post("/api/auth/callback/credentials", { form: { csrfToken, email, password, callbackUrl: runFile().web, json: "true" } });
  if (!answer.ok()) throw new Error(`${role} could not sign in: ${answer.status()} ${await answer.text()}`);
  const state = await browser.storageState();
  await browser.dispose();
  return state;
}

interface People {
  /** A page of somebody with this role, signed in. */
  as: (role: Role, options?: Options) => Promise<Page>;
}

/** Everybody signs in once in a run; `sign-in.spec.ts` is about how. */
export const test = base.extend<People, { sessions: Map<Role, Promise<Session>> }>({
  // of the tower of this worker
  baseURL: async ({}, use) => { await use(runFile().web); },
  sessions: [async ({}, use) => { await use(new Map()); }, { scope: "worker" }],
  as: async ({ browser, sessions }, use) => {
    const open: BrowserContext[] = [];
    await use(async (role, options = {}) => {
      const known = sessions.get(role) ?? session(role);
      sessions.set(role, known);
      const context = await browser.newContext({ ...options, storageState: await known });
      open.push(context);
      return context.newPage();
    });
    for (const context of open) await context.close();
  },
});

export { expect } from "@playwright/test";
