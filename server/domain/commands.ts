import type { Instant } from "./instant";
import type { SubjectId } from "./subject";

/** What the tower may ask of another system, with the capability that serves it and the lane it travels in. */
export const commandKinds = {
  acknowledge_order: { capability: "orders", lane: "operations", document: "order" },
  estimate_tax: { capability: "tax", lane: "operations", document: "order" },
  request_allocation: { capability: "warehouse", lane: "operations", document: "order" },
  authorise_payment: { capability: "payments", lane: "finance", document: "order" },
  void_authorisation: { capability: "payments", lane: "finance", document: "order" },
  release_to_warehouse: { capability: "warehouse", lane: "operations", document: "order" },
  recall_release: { capability: "warehouse", lane: "operations", document: "order" },
  update_order_status: { capability: "orders", lane: "operations", document: "order" },
  notify_shipment: { capability: "crm", lane: "operations", document: "shipment" },
  determine_tax: { capability: "tax", lane: "finance", document: "invoice" },
  commit_tax: { capability: "tax", lane: "finance", document: "invoice" },
  void_tax: { capability: "tax", lane: "finance", document: "invoice" },
  return_tax: { capability: "tax", lane: "finance", document: "credit" },
  post_invoice: { capability: "finance", lane: "finance", document: "invoice" },
  void_invoice: { capability: "finance", lane: "finance", document: "invoice" },
  send_invoice: { capability: "crm", lane: "operations", document: "invoice" },
  capture_payment: { capability: "payments", lane: "finance", document: "payment" },
  post_credit: { capability: "finance", lane: "finance", document: "credit" },
  post_debit: { capability: "finance", lane: "finance", document: "credit" },
  apply_credit: { capability: "finance", lane: "finance", document: "credit" },
  post_receipt: { capability: "finance", lane: "finance", document: "receipt" },
  apply_receipt: { capability: "finance", lane: "finance", document: "receipt" },
  reverse_application: { capability: "finance", lane: "finance", document: "receipt" },
  reverse_receipt: { capability: "finance", lane: "finance", document: "receipt" },
  post_refund: { capability: "finance", lane: "finance", document: "receipt" },
  reverse_refund: { capability: "finance", lane: "finance", document: "receipt" },
  refund_payment: { capability: "payments", lane: "finance", document: "payment" },
  // The only kind of its lane: however many items move, their counts take a quarter of a channel's calls and none from a posting.
  update_stock: { capability: "stock", lane: "bulk", document: "stock" },
} as const;
export type CommandKind = keyof typeof commandKinds;
export type Capability = "orders" | "warehouse" | "transport" | "finance" | "tax" | "payments" | "crm" | "stock" | "files" | "service-desk";
export type Lane = "finance" | "operations" | "inquiry" | "bulk";
/** Statements without end, each of which says the whole: once a later one is made, only it and the one before it are looked at by a plan. The rest is history. */
export const restated: ReadonlySet<CommandKind> = new Set(["update_stock"]);
/** What a route's mode is set for. */
export type DocumentType = (typeof commandKinds)[CommandKind]["document"];

/**
 * Life of a command. `rejected` and `withdrawn` reopen under the same key when the plan wants them again; `confirmed` is for
 * ever. `unknown` is sent again only as it was, under a key that the target still knows: that finds out, it decides nothing.
 */
export const commandTransitions = {
  wanted: ["sending", "withdrawn"],
  sending: ["confirmed", "wanted", "rejected", "unknown"],
  unknown: ["sending", "confirmed", "wanted", "rejected"],
  rejected: ["wanted", "withdrawn", "confirmed"],
  confirmed: [],
  withdrawn: ["wanted"],
} as const satisfies Record<string, readonly string[]>;
export type CommandState = keyof typeof commandTransitions;
/** States in which nobody may replace or withdraw it: the slot is closed until the outcome is known. */
export const inFlight = (state: CommandState): boolean => state === "sending" || state === "unknown";

/** One document that should exist at a target: the slot's whole outstanding difference. */
export interface WantedCommand {
  kind: CommandKind;
  /** Names the document within (subject, kind): a request, a version, an invoice revision's billing unit, a cause. May be empty. */
  slot: string;
  /** Revision; rises only after the document before it was reversed, or where the command is itself a new version of a statement. */
  sequence: number;
  /** All that the target needs, in canonical words; amounts and quantities as decimal strings. */
  payload: Record<string, unknown>;
  /** Hold keys, exception fingerprints or waits that stop it; empty means that a row may exist and be sent. */
  blockedBy: string[];
  /** Money it moves or states, for figures; null where none. */
  amount: { amount: string; currency: string } | null;
  /** Not sent before. */
  notBefore?: Instant;
  /** When the work became due: posting latency and lateness count from it. */
  dueSince: Instant;
}

/** A command as it stands, for the planner: what is wanted, under way, known. */
export interface CommandView {
  naturalKey: string;
  kind: CommandKind;
  slot: string;
  sequence: number;
  state: CommandState;
  connector: string;
  payload: Record<string, unknown>;
  /** The target's own number once known. */
  reference: string | null;
  /** What the target answered or read-back showed, in canonical words. */
  result: Record<string, unknown> | null;
  createdAt: Instant;
  firstSentAt: Instant | null;
  confirmedAt: Instant | null;
  verifiedAt: Instant | null;
  /** Code and sentence of the last refusal, for `rejected`. */
  rejection: { code: string; message: string; at?: Instant } | null;
  attempts: number;
}

/** `kind:subject:slot:sequence`, from identifiers that we mint: no target system, payload or planner version in it. */
export const naturalKey = (subject: SubjectId, command: { kind: CommandKind; slot: string; sequence: number }): string =>
  [command.kind, subject, command.slot, command.sequence].join("|");

/** What a new plan does to the command rows of one subject. */
export type CommandChange =
  | { do: "create"; naturalKey: string; wanted: WantedCommand }
  | { do: "replace"; naturalKey: string; wanted: WantedCommand }
  | { do: "reopen"; naturalKey: string; wanted: WantedCommand }
  | { do: "withdraw"; naturalKey: string };

/**
 * Compares what is wanted with what stands. Guarantees: a command in flight or confirmed is never touched; a held target
 * has no `wanted` row; a rejected one reopens only when its payload changed or `reopened` names it.
 */
export function changesOf(subject: SubjectId, wanted: readonly WantedCommand[], present: readonly CommandView[], reopened: ReadonlySet<string>): CommandChange[] {
  const byKey = new Map(present.map((command) => [command.naturalKey, command]));
  const changes: CommandChange[] = [];
  const named = new Set<string>();
  for (const target of wanted) {
    const key = naturalKey(subject, target);
    if (named.has(key)) throw new Error(`planned twice: ${key}`);
    named.add(key);
    const row = byKey.get(key);
    const open = target.blockedBy.length === 0;
    if (!row) { if (open) changes.push({ do: "create", naturalKey: key, wanted: target }); continue; }
    if (row.state === "wanted") {
      if (!open) changes.push({ do: "withdraw", naturalKey: key });
      else if (!samePayload(row.payload, target.payload)) changes.push({ do: "replace", naturalKey: key, wanted: target });
    } else if ((row.state === "rejected" || row.state === "withdrawn") && open && (row.state === "withdrawn" || reopened.has(key) || !samePayload(row.payload, target.payload)))
      changes.push({ do: "reopen", naturalKey: key, wanted: target });
  }
  for (const row of present)
    if (!named.has(row.naturalKey) && (row.state === "wanted" || row.state === "rejected")) changes.push({ do: "withdraw", naturalKey: row.naturalKey });
  return changes.sort((a, b) => a.naturalKey.localeCompare(b.naturalKey));
}

/** Text in which JSON escapes nothing: printable ASCII without quote and backslash. */
const plainText = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (plainText.test(text) ? `"${text}"` : JSON.stringify(text));

/** JSON with sorted keys and no undefined: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  let text = "";
  if (Array.isArray(value)) {
    for (const entry of value as unknown[]) text += `${text === "" ? "" : ","}${canonicalJson(entry)}`;
    return `[${text}]`;
  }
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields).sort()) {
    const entry = fields[name];
    if (entry !== undefined) text += `${text === "" ? "" : ","}${quoted(name)}:${canonicalJson(entry)}`;
  }
  return `{${text}}`;
}

/** Whether two values are the same as canonical JSON: neither the order of fields nor one that is undefined counts. */
export function samePayload(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return canonicalJson(a) === canonicalJson(b);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, place) => samePayload(entry, b[place]));
  const ours = a as Record<string, unknown>, theirs = b as Record<string, unknown>;
  for (const name in theirs) if (theirs[name] !== undefined && ours[name] === undefined) return false;
  for (const name in ours) if (ours[name] !== undefined && (theirs[name] === undefined || !samePayload(ours[name], theirs[name]))) return false;
  return true;
}
