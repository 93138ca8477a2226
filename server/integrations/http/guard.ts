import { lookup as resolveName, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP } from "node:net";

/** Never called: they belong to the machine's own link (cloud metadata lives there), to groups, or to nobody. */
const never = new BlockList();
for (const [network, bits] of [["0.0.0.0", 8], ["169.254.0.0", 16], ["192.0.0.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4]] as const) never.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [["::", 128], ["fe80::", 10], ["ff00::", 8], ["64:ff9b::", 96]] as const) never.addSubnet(network, bits, "ipv6");
/** Called only where the connector's settings say so. */
const ours = new BlockList();
for (const [network, bits] of [["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["172.16.0.0", 12], ["192.168.0.0", 16], ["198.18.0.0", 15]] as const) ours.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [["::1", 128], ["fc00::", 7]] as const) ours.addSubnet(network, bits, "ipv6");

const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i;
/** The IPv4 address inside an IPv4-mapped IPv6 one, else the address itself. */
function plain(address: string): string {
  const found = mapped.exec(address);
  if (!found) return address;
  if (found[1] !== undefined) return found[1];
  const high = parseInt(found[2] ?? "0", 16), low = parseInt(found[3] ?? "0", 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Whether a connector may open a connection to this address. */
export function mayCall(address: string, allowPrivateNetwork: boolean): boolean {
  const bare = plain(address);
  const family = isIP(bare) === 6 ? "ipv6" : "ipv4";
  if (isIP(bare) === 0 || never.check(bare, family)) return false;
  return allowPrivateNetwork || !ours.check(bare, family);
}

/** What is wrong with an address as written, before any name is resolved; null where nothing is. */
export function refusalOf(url: URL, allowPrivateNetwork: boolean): string | null {
  if (url.protocol !== "http:" && url.protocol !== "https:") return `${url.protocol} is not a protocol that we speak`;
  if (url.username !== "" || url.password !== "") return "credentials do not belong into an address";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !mayCall(host, allowPrivateNetwork) ? `${host} is an inward address` : null;
}

export class BlockedAddress extends Error {
  readonly code = "EBLOCKED";
}

type Answer = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
/**
 * A resolver for sockets that answers only with addresses that may be called. The socket connects to exactly what was
 * checked, so a name that changes its address between check and connection gains nothing.
 */
export const guardedLookup = (allowPrivateNetwork: boolean) => (host: string, options: LookupOptions, answer: Answer): void => {
  resolveName(host, { ...options, all: true }, (error, addresses) => {
    if (error) { answer(error, []); return; }
    const allowed = addresses.filter(({ address }) => mayCall(address, allowPrivateNetwork));
    const first = allowed[0];
    if (!first) answer(new BlockedAddress(`${host} resolves to an inward address`), []);
    else if (options.all) answer(null, allowed);
    else answer(null, first.address, first.family);
  });
};
