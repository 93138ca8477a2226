import { createServer, type Server } from "node:http";
import Provider from "oidc-provider";
import { freePort } from "../process";

export interface OidcProvider { issuer: string; clientId: string; clientSecret: string; /** Of the person who signs in with this name. */ groups: Map<string, string[]>; /** Names of the code challenge's methods that were asked with. */ challenges: (string | null)[]; stop(): Promise<void> }

/** The real `oidc-provider`: it insists on PKCE, and tells address and groups at the userinfo door only. */
export async function startProvider(redirect: string): Promise<OidcProvider> {
  const port = await freePort(), issuer = `http://127.0.0.1:${port}`, groups = new Map<string, string[]>(), challenges: (string | null)[] = [];
  const clientId = "tower", clientSecret = "s3cret-s3cret-s3cret-s3cret-s3cret";
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirect], grant_types: ["authorization_code"], response_types: ["code"] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] }, scopes: ["openid", "email", "profile", "groups"],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@company.test`, email_verified: true, name: id, groups: groups.get(id) ?? [] }) }),
    features: { devInteractions: { enabled: true } }, cookies: { keys: ["k"] }, pkce: { required: () => true },
  });
  const answer = provider.callback();
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "", issuer);
    if (url.pathname === "/auth") challenges.push(url.searchParams.get("code_challenge_method"));
    void answer(request, response);
  });
  await new Promise<void>((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  return { issuer, clientId, clientSecret, groups, challenges, stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); }) };
}
