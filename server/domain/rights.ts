import { dec, type DecimalString } from "./decimal";
import type { EntityCode } from "./subject";
import { fail, ok, type Result } from "./result";

export const roles = ["viewer", "ops", "finance", "admin"] as const;
export type Role = (typeof roles)[number];

/** A role in one entity (`*`: all), with the hold codes that it may decide and up to which amount. */
export interface RoleGrant {
  role: Role;
  entity: EntityCode | "*";
  holdCodes: readonly string[];
  approveUpTo: DecimalString | null;
  currency: string | null;
}

/** What is wrong with a grant as it is to be given; null where it is sound. */
export function unsound({ role, entity, holdCodes, approveUpTo, currency }: RoleGrant): string | null {
  const deciding: readonly Role[] = permissions["hold.decide"];
  if (entity !== "*" && !/^[A-Z0-9]{2,12}$/.test(entity)) return `${entity} is not the code of a legal entity, such as US01, nor *`;
  if (role === "admin" && holdCodes.length > 0) return "An administrator approves nothing by that role; give the right with another role";
  if (holdCodes.length > 0 && !deciding.includes(role)) return `Holds are decided by ${deciding.join(" or ")}, not by ${role}`;
  if (holdCodes.length > 0 && approveUpTo === null) return "Give the amount up to which these holds may be decided";
  if (holdCodes.length === 0 && approveUpTo !== null) return "A limit is of hold codes: name them";
  if (approveUpTo !== null && !(/^\d{1,15}(\.\d{1,6})?$/.test(approveUpTo) && Number(approveUpTo) > 0)) return `${approveUpTo} is not an amount above zero`;
  return currency !== null && !/^[A-Z]{3}$/.test(currency) ? `${currency} is not a currency, such as USD` : null;
}

export const permissions = {
  read: ["viewer", "ops", "finance", "admin"],
  "payload.read": ["ops", "finance", "admin"],
  note: ["ops", "finance", "admin"],
  "exception.retry": ["ops", "finance"],
  "exception.restart": ["ops", "finance"],
  "exception.assign": ["ops", "finance"],
  "exception.resolve": ["ops", "finance"],
  "exception.reroute": ["ops"],
  "message.edit": ["ops", "finance"],
  "mapping.write": ["ops", "admin"],
  "mapping.import": ["admin"],
  "hold.decide": ["ops", "finance"],
  "hold.place": ["ops", "finance"],
  "service.confirm": ["ops"],
  /** A word of a person that becomes a fact: about goods and messages, or about the books. */
  "decision.operations": ["ops", "finance"],
  "decision.finance": ["finance"],
  "postings.stop": ["finance"],
  "postings.resume": ["finance"],
  "postings.limit": ["admin", "finance"],
  "connector.manage": ["admin"],
  "route.propose": ["admin"],
  "route.confirm": ["admin", "finance"],
  "terms.propose": ["admin", "finance"],
  "terms.confirm": ["admin", "finance"],
  "service_level.manage": ["admin"],
  /** Signs what a fiscal period looks like, ticks the steps of its close. */
  "period.sign": ["finance"],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

const inEntity = (grant: RoleGrant, entity: EntityCode | "*"): boolean => grant.entity === "*" || grant.entity === entity;

/** Whether any grant in the entity carries the permission. Error FORBIDDEN names what is missing. */
export function mayDo(grants: readonly RoleGrant[], permission: Permission, entity: EntityCode | "*"): Result<true> {
  const wanted: readonly Role[] = permissions[permission];
  if (grants.some((grant) => inEntity(grant, entity) && wanted.includes(grant.role))) return ok(true);
  return fail("FORBIDDEN", `Needs the role ${wanted.join(" or ")}${entity === "*" ? " in every entity" : ` in ${entity}`}`);
}

export interface HoldToDecide {
  entity: EntityCode;
  rule: string;
  amount: DecimalString;
  /** Null: no money is at stake, and no limit is too low for it. */
  currency: string | null;
  preparedBy: string | null;
  /** Teams of who prepared it: whoever leads one of them may release what was placed by hand. */
  preparedIn?: readonly string[];
}

/**
 * Whether a person may decide a hold: the code and amount must be in one of their grants, and whoever prepared it never
 * may, but of what was placed by hand (4.2, code 25). An administrator may nothing by that role (domain reference 4.1).
 */
export function mayDecide(person: { id: string; grants: readonly RoleGrant[]; leads?: readonly string[] }, hold: HoldToDecide): Result<true> {
  if (hold.rule === "MANUAL") {
    const placed = mayDo(person.grants, "hold.place", hold.entity);
    if (!placed.ok || hold.preparedBy === person.id || hold.preparedIn?.some((team) => person.leads?.includes(team))) return placed;
    return fail("FORBIDDEN", "Released by who placed it, or by the lead of that person's team");
  }
  if (hold.preparedBy !== null && hold.preparedBy === person.id) return fail("FORBIDDEN", "Whoever prepared it may not decide it");
  const deciding: readonly Role[] = permissions["hold.decide"];
  const candidates = person.grants.filter((grant) => inEntity(grant, hold.entity) && deciding.includes(grant.role) && grant.holdCodes.includes(hold.rule));
  if (candidates.length === 0) return fail("FORBIDDEN", `Needs the right to decide ${hold.rule} in ${hold.entity}`);
  if (candidates.some((grant) => grant.approveUpTo !== null && (hold.currency === null || grant.currency === null || grant.currency === hold.currency) && dec(hold.amount).abs().lte(dec(grant.approveUpTo)))) return ok(true);
  const limit = candidates.reduce((best, grant) => (grant.approveUpTo !== null && dec(grant.approveUpTo).gt(best) ? dec(grant.approveUpTo) : best), dec(0));
  return fail("FORBIDDEN", `Above your limit of ${limit.toFixed(2)} ${candidates[0]?.currency ?? hold.currency ?? ""} for ${hold.rule}`.replace("  ", " "));
}
