import { z } from "zod";
import { act, Ended } from "../client";
import type { TrytonSession } from "../config";

/** A document or a move that stands there as a draft. `code`: the exception of a refusal. */
interface Draft { model: "account.invoice" | "account.move"; id: number; code: string }

/**
 * Posts a draft. One sequence numbers all of a year, and Tryton lets only one at a time have it: what is ready while another posting is under
 * way waits for it, and is then posted with all that waited in one transaction. @throws Ended
 */
export async function postTogether(session: TrytonSession, draft: Draft): Promise<void> {
  const ended = await session.together("posting", draft, postAll);
  if (ended) throw ended;
}

async function postAll(drafts: readonly Draft[], session: TrytonSession): Promise<(Ended | null)[]> {
  const ends = new Map<Draft, Ended | null>();
  for (const model of new Set(drafts.map((draft) => draft.model))) {
    const all = drafts.filter((draft) => draft.model === model), end = await post(session, all);
    // one refusal took all back: each by itself then, so that it strikes only whom it is about
    for (const draft of all) ends.set(draft, end?.outcome.kind === "rejected" && all.length > 1 ? await post(session, [draft]) : end);
  }
  return drafts.map((draft) => ends.get(draft) ?? null);
}

async function post(session: TrytonSession, drafts: readonly Draft[]): Promise<Ended | null> {
  const [first] = drafts;
  if (!first) return null;
  try {
    await act(session, `model.${first.model}.post`, [drafts.map(({ id }) => id)], z.null(), first.code);
    return null;
  } catch (error) {
    if (error instanceof Ended) return error;
    throw error;
  }
}
