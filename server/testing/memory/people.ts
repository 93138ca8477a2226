import type { Person } from "@/server/api/services";
import type { RoleGrant } from "@/server/domain/rights";

export const grant = (over: Partial<RoleGrant> = {}): RoleGrant => ({ role: "finance", entity: "US01", holdCodes: [], approveUpTo: "1000000", currency: "USD", ...over });
/** Somebody with these rights in US01. */
export const person = (id: string, ...grants: RoleGrant[]): Person => ({ id, name: id, email: `${id}@example.test`, grants, teams: [], leads: [] });
