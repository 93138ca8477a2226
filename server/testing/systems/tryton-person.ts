import { setTimeout as pause } from "node:timers/promises";

/** A person at Tryton's own client: what is pressed and entered there, past the connector. */
export interface TrytonPerson { call<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> }

interface Answer { result?: unknown; error?: readonly [string, unknown, ...unknown[]] }
/** How often a person presses before he gives up, and how long he waits before the next. */
const presses = 12, waitMs = (pressed: number): number => Math.min(100 * 2 ** pressed, 2_000);
/** What Tryton says to whoever asks. All else is an error inside it, whose transaction was rolled back: a lock that was lost, somebody who was faster, its database away. */
const addressed = new Set(["UserError", "UserWarning", "LoginException"]);

/**
 * Answers every question of Tryton's with yes, and presses again where it failed inside: nothing was done then.
 * @throws with its own words where it refuses, and where it fails each time
 */
export async function trytonPerson(url: string, login: string, password: string): Promise<TrytonPerson> {
  const post = async (headers: Record<string, string>, method: string, params: readonly unknown[]): Promise<Answer> => {
    const answer = await fetch(`${url}/`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ id: 1, method, params }) }), text = await answer.text();
    if (answer.status !== 200) throw new Error(`${login} pressed ${method}, and Tryton answered ${answer.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as Answer;
  };
  const pressed = async (headers: Record<string, string>, method: string, params: readonly unknown[], before = 1): Promise<Answer> => {
    const answer = await post(headers, method, params);
    if (answer.error === undefined || addressed.has(answer.error[0]) || before >= presses) return answer;
    await pause(waitMs(before));
    return pressed(headers, method, params, before + 1);
  };
  const refused = (method: string, error: Answer["error"]): Error => new Error(`${login} pressed ${method}, and Tryton refused: ${JSON.stringify(error)}`);
  const done = async (headers: Record<string, string>, method: string, params: readonly unknown[]): Promise<unknown> => {
    const { result, error } = await pressed(headers, method, params);
    if (error !== undefined) throw refused(method, error);
    return result;
  };
  const signedIn = await done({}, "common.db.login", [login, { password }, "en"]);
  if (!Array.isArray(signedIn)) throw new Error(`${login} could not sign in at Tryton`);
  const [user, token] = signedIn as [number, string];
  const own = { authorization: `Session ${Buffer.from(`${login}:${user}:${token}`).toString("base64")}` };
  const context = await done(own, "model.res.user.get_preferences", [true, {}]);
  return {
    async call<T>(method: string, ...params: readonly unknown[]) {
      const asked = new Set<string>();
      for (;;) {
        const { result, error } = await pressed(own, method, [...params, context]);
        if (error === undefined) return result as T;
        const [question] = error[0] === "UserWarning" && Array.isArray(error[1]) ? (error[1] as string[]) : [];
        // one that comes again after a yes is a refusal
        if (question === undefined || asked.has(question)) throw refused(method, error);
        asked.add(question);
        await done(own, "model.res.user.warning.create", [[{ name: question, user, always: false }], context]);
      }
    },
  };
}
