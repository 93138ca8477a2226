import { isIP } from "node:net";

/** For clients that open their own encrypted sockets: the certificate is that of the name, whatever address is dialled, of a public authority or of `authority` (PEM) alone. */
export const encryption = (host: string, authority: string): { host?: string; servername?: string; minVersion: "TLSv1.2"; ca?: string } =>
  ({ ...(isIP(host) === 0 ? { servername: host } : { host }), minVersion: "TLSv1.2", ...(authority === "" ? {} : { ca: authority }) });

const ofCertificate = /CERT|SIGNATURE|ISSUER|CRL/;
/** Why the certificate of this host was refused, for people; null where the error is of something else. */
export function certificateRefusal(host: string, error: unknown): string | null {
  for (let at = error as { code?: unknown; message?: string; cause?: unknown } | undefined; at; at = at.cause as typeof at)
    if (typeof at.code === "string" && ofCertificate.test(at.code)) return `the certificate of ${host} was refused (${at.message ?? at.code}), so nothing was told to it; where an authority of your own issued it, its certificate belongs into the settings`;
  return null;
}
