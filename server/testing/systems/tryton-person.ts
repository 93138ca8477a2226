import { setTimeout as pause } from "node:timers/promises";

/** A person at Tryton's own client: what is pressed and entered there, past the connector. */
export interface TrytonPerson { call<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> }

/** Answers every question of Tryton's with yes. @throws with its own words where it refuses */
export async function trytonPerson(url: string, login: string, password: string): Promise<TrytonPerson> {
  const post = async (headers: Record<string, string>, method: string, params: readonly unknown[]): Promise<{ result?: unknown; error?: [string, string[]] }> =>
    (await (await fetch(`${url}/`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ id: 1, method, params }) })).json()) as { result?: unknown; error?: [string, string[]] };
  // A Tryton that is just up may answer the first with an error of its database: a person presses again.
  const signIn = async (presses: number): Promise<[number, string]> => {
    const { result, error } = await post({}, "common.db.login", [login, { password }, "en"]);
    if (result !== undefined && result !== null) return result as [number, string];
    if (presses <= 1) throw new Error(`${login} could not sign in at Tryton: ${JSON.stringify(error)}`);
    await pause(1_000);
    return signIn(presses - 1);
  };
  const [user, token] = await signIn(5);
  const authorization = `Session ${Buffer.from(`${login}:${user}:${token}`).toString("base64")}`;
  const { result: context } = await post({ authorization }, "model.res.user.get_preferences", [true, {}]);
  return {
    async call<T>(method: string, ...params: readonly unknown[]) {
      for (;;) {
        const { result, error } = await post({ authorization }, method, [...params, context]);
        if (error === undefined) return result as T;
        if (error[0] !== "UserWarning") throw new Error(`${method}: ${JSON.stringify(error)}`);
        await post({ authorization }, "model.res.user.warning.create", [[{ name: error[1][0], user, always: false }], context]);
      }
    },
  };
}
