import { z } from "zod";
import { computedDecimal } from "../decimal";
import { code } from "./shared";

/** What a person decided about one hold. `digest` binds it to what was shown (2.8). */
export const holdDecided = z.object({
  decision: code, rule: code, slot: z.string(), digest: code,
  verdict: z.enum(["approve", "reject"]),
  /** What follows, one of `consequencesOf` the hold's code. */
  consequence: code.optional(),
  amount: computedDecimal.optional(), quantity: computedDecimal.optional(),
  currency: code.optional(), total: computedDecimal.optional(),
  reason: z.string().trim().min(1).max(1000), author: code,
});
export type HoldDecided = z.infer<typeof holdDecided>;

/** What a person decided about a command that is unknown, rejected or to be posted by hand. */
export const commandDecided = z.object({
  decision: code, naturalKey: z.string().min(1).max(400),
  verdict: z.enum(["retry", "restart", "posted_by_hand", "confirm_absent", "withdraw", "release"]),
  reference: z.string().trim().min(1).max(120).optional(), reason: z.string().trim().max(1000).default(""), author: code,
});
export type CommandDecided = z.infer<typeof commandDecided>;

/** A person's edit overlays one field of what a document says; the payload is never touched. */
export const fieldOverlaid = z.object({ decision: code, document: z.string().min(1).max(300), path: code, value: z.json(), reason: z.string().trim().min(1).max(1000), author: code });
export type FieldOverlaid = z.infer<typeof fieldOverlaid>;

/** A hold placed by a person (code MANUAL). */
export const holdPlaced = z.object({ decision: code, blocks: z.array(code).min(1), until: z.iso.date().optional(), reason: z.string().trim().min(1).max(1000), author: code, lifted: z.boolean().default(false) });
export type HoldPlaced = z.infer<typeof holdPlaced>;
