import { isIP } from "node:net";
import { fail, ok, type Result } from "@/server/domain/result";
import { guardedLookup, mayCall } from "./guard";

/**
 * An address for clients that open their own sockets: the host resolved and checked as the door does it. To be dialled as it
 * stands, so that a name that changes meanwhile gains nothing. TEC-01: no such name, or an inward address.
 */
export async function dialable(host: string, allowPrivateNetwork: boolean): Promise<Result<string>> {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return mayCall(bare, allowPrivateNetwork) ? ok(bare) : fail("TEC-01", `${bare} is an inward address`);
  return new Promise((resolve) => {
    guardedLookup(allowPrivateNetwork)(bare, {}, (error, address) => {
      resolve(error || typeof address !== "string" ? fail("TEC-01", error?.code === "EBLOCKED" ? error.message : `${bare} cannot be resolved`) : ok(address));
    });
  });
}
