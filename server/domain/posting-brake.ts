import { commandKinds, type CommandKind, type Lane } from "./commands";
import { fail, type Result } from "./result";
import { mayDo, type RoleGrant } from "./rights";

/**
 * What "stop all postings" stops: everything that changes the books of an entity, and money that is taken or given back.
 * An authorisation only reserves, and what is told to the tax service follows an invoice that stands: these go on.
 */
export const postingKinds = [
  "post_invoice", "void_invoice", "post_credit", "post_debit", "apply_credit", "post_receipt", "apply_receipt", "reverse_application", "reverse_receipt", "post_refund", "reverse_refund",
  "capture_payment", "refund_payment",
] as const satisfies readonly CommandKind[];
const posting: ReadonlySet<string> = new Set(postingKinds);
/** Lanes in which a posting may travel: its own, and that of a replay. */
export const postingLanes: ReadonlySet<Lane> = new Set([...postingKinds.map((kind) => commandKinds[kind].lane), "bulk"]);
export const isPosting = (kind: CommandKind): boolean => posting.has(kind);

/** The author of a stop that no person made (P21). */
export const guardAuthor = "posting-guard";

/** Whether a person may let postings go again: with the right, and never who stopped them. */
export function mayResume(person: { id: string; grants: readonly RoleGrant[] }, stop: { entity: string; stoppedBy: string }): Result<true> {
  if (stop.stoppedBy === person.id) return fail("FORBIDDEN", "Whoever stopped the postings may not release them: a second person must");
  return mayDo(person.grants, "postings.resume", stop.entity);
}

type Asker = Parameters<typeof mayResume>[0];
/** Whether two persons may set the limits of the guard: never one of them alone, and the second of finance. */
export function mayLimit(person: Asker, second: Asker, entity: string): Result<true> {
  if (person.id === second.id) return fail("FORBIDDEN", "Limits are set by two persons");
  const first = mayDo(person.grants, "postings.limit", entity);
  return first.ok ? mayDo(second.grants, "postings.resume", entity) : first;
}
