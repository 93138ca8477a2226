/** A person at Tryton's own client: what is pressed and entered there, past the connector. */
export interface TrytonPerson { call<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T> }

/** @throws with Tryton's own words where it refuses */
export async function trytonPerson(url: string, login: string, password: string): Promise<TrytonPerson> {
  const post = async (headers: Record<string, string>, method: string, params: readonly unknown[]): Promise<unknown> => {
    const answer = await fetch(`${url}/`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ id: 1, method, params }) });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  const [user, token] = (await post({}, "common.db.login", [login, { password }, "en"])) as [number, string];
  const authorization = `Session ${Buffer.from(`${login}:${user}:${token}`).toString("base64")}`;
  const context = await post({ authorization }, "model.res.user.get_preferences", [true, {}]);
  return { call: async <T>(method: string, ...params: readonly unknown[]) => (await post({ authorization }, method, [...params, context])) as T };
}
