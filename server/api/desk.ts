import type { CloseStep } from "@/server/domain/close/signing";
import type { BulkVerb } from "@/server/domain/bulk";
import type { CallLimits } from "@/server/domain/resilience";
import type { Result } from "@/server/domain/result";
import type { ResolutionCode, Team } from "@/server/domain/exceptions";
import type { FileMapping } from "@/server/domain/mapping-file";
import type { NoticeDelivery, NoticeKind } from "@/server/domain/notices";
import type { Given, Remedy, RemedyVerb } from "@/server/domain/remedies";
import type { TermsChange } from "@/server/domain/payment-terms";
import type { Tolerance } from "@/server/domain/reconciliation/documents";
import type { ProcessName, ReasonCode } from "@/server/domain/reconciliation/settling";
import type { Excluded, Total } from "@/server/domain/reconciliation/stages";
import type { FixedLimits, LimitChange } from "@/server/domain/posting-guard";
import type { RouteChange, RouteVerdict } from "@/server/domain/route-change";
import type { Person } from "./services";

export interface DecideHold { holdId: string; digest: string; /** As it was shown: the digest of an order does not tell how much it is about. Screens always say it. */ amount?: string; verdict: "approve" | "reject"; consequence?: string; /** Of an over-shipment, what is billed; the rest is absorbed. */ quantity?: string; reason: string }
/** A hold placed by hand: commands by kind, until a day (exclusive) where one is given. */
export interface PlaceHold { subject: string; blocks: readonly string[]; until?: string | undefined; reason: string }
/** A remedy as it is shown; `missing` names the right that the person lacks. */
export type RemedyView = Omit<Remedy, "say"> & { missing: string | null };
export interface RemedyChoice { verb: RemedyVerb; target: string; digest: string; given: Given }

/** Which exceptions: one cause, or single items of it. `shown`: how many of the cause a person saw as open; CONFLICT where it is another number by now. */
export interface ExceptionChoice { fingerprint: string; items?: string[] | undefined; shown?: number | undefined }
/** What an act reached: commands told to go again, subjects to be planned again, messages to be read again. */
export interface Reach { fix: string; commands: number; subjects: number; messages: number }

/** One `unit`, as `system` calls it, of `item` holds numerator / denominator of its base unit. `baseUnit` is the one that was shown. */
export interface StatedPack { item: string; system: string; unit: string; numerator: number; denominator: number; baseUnit: string }

/** One line of a file of mappings: what it would do. `before`: what the code means now. */
export type MappingLine = { line: number } & ({ outcome: "refused"; why: string } | ({ outcome: "added" | "changed" | "same"; before: string | null } & FileMapping));
/** `digest` is of all that the lines would do. */
export interface MappingCheck { lines: MappingLine[]; digest: string }

/**
 * What people do about holds and exceptions. Each locks, checks rights and state, writes effect and audit row in one
 * transaction, and answers CONFLICT where the state has moved on. FORBIDDEN names the missing right, REASON that finance
 * wants to be told why.
 */
export interface Desk {
  decideHold(person: Person, input: DecideHold): Promise<Result<{ decision: string }>>;
  placeHold(person: Person, input: PlaceHold): Promise<Result<{ decision: string }>>;
  /** Says that a service of an order line was done: the same fact as the order system's confirmation. CONFLICT while the books are behind what was said. */
  confirmService(person: Person, done: { order: string; line: string; quantity: string; on: string }, reason: string): Promise<Result<{ shipment: string }>>;
  /** What may be decided about one open exception as it is now. Writes nothing. */
  remedies(person: Person, item: string): Promise<Result<RemedyView[]>>;
  /** Puts the facts of a decision, bound to what was shown. The exception ends when the next plan no longer finds it. */
  remedy(person: Person, item: string, choice: RemedyChoice, reason: string): Promise<Result<{ fix: string }>>;
  /** Send again what was refused or given up, as it is. */
  retry(person: Person, choice: ExceptionChoice, reason: string): Promise<Result<Reach>>;
  /** Translate and plan again with today's mapping and rules, then send. */
  restart(person: Person, choice: ExceptionChoice, reason: string): Promise<Result<Reach>>;
  /** Send the commands that the exceptions stop (or only those named) through another connector of the same entity that can do them; after a first attempt only with proof that the old target did not act. */
  reroute(person: Person, choice: ExceptionChoice & { commands?: string[] | undefined }, connector: string, reason: string): Promise<Result<Reach>>;
  /** Asks the source once more for what is missing here and takes it in as if it had just told it. The exception ends when it is held. */
  fetchNow(person: Person, choice: ExceptionChoice, reason: string): Promise<Result<{ fix: string; asked: number }>>;
  /** Ends exceptions by a person's word, where none about the books is needed. A word that does not settle the matter lasts until the next look, which comes at once: what still stands is open again. `fixed_and_verified` wants something that was read back; `posted_by_hand` needs the reference, is a fact, and counts only once it was read back. */
  resolve(person: Person, choice: ExceptionChoice, resolution: ResolutionCode, reason: string, reference?: string): Promise<Result<{ resolved: number }>>;
  /** Overlays fields of a message that could not be read and reads it again; the bytes stay. With a sensitive field it becomes a proposal, and nothing is read before another person confirms it. `edition`: how many edits were shown. */
  editMessage(person: Person, edit: { message: string; edition: number; changes: readonly { at: string; value: unknown }[] }, reason: string): Promise<Result<{ edit: string; applied: boolean }>>;
  /** Never by the proposal's author, who may only withdraw it. */
  decideEdit(person: Person, edit: string, verdict: "approve" | "reject" | "withdraw", reason: string): Promise<Result<{ applied: boolean }>>;
  assign(person: Person, fingerprint: string, to: { team?: Team; assignee?: string | null }, reason: string): Promise<Result<true>>;
  note(person: Person, about: { kind: "exception" | "subject" | "hold"; id: string }, text: string): Promise<Result<true>>;
  /** Out of the open list until then; its age runs on. Finance at most 3 days. */
  snooze(person: Person, fingerprint: string, until: string, reason: string): Promise<Result<true>>;
  /** Writes a row of the cross-reference; everything that waits on it plans again by itself. UNKNOWN where our side of it does not exist. */
  mapCode(person: Person, entity: string, mapping: { kind: string; system: string; code: string; canonical: string }, reason: string): Promise<Result<{ waiting: number }>>;
  /** Takes a row of the cross-reference away, which is a version of its own. CONFLICT where the code does not mean `canonical` any more. `waiting`: documents that look at it. */
  unmapCode(person: Person, entity: string, mapping: { kind: string; system: string; code: string; canonical: string }, reason: string): Promise<Result<{ waiting: number }>>;
  /** What a file of mappings would add, change and leave, and which lines are refused and why. Writes nothing. FILE where it cannot be read. */
  checkMappings(person: Person, file: string): Promise<Result<MappingCheck>>;
  /** Writes all of a file in one commit, or nothing: FILE while a line is refused, CONFLICT where it would do something else by now than was shown. */
  importMappings(person: Person, file: string, digest: string, reason: string): Promise<Result<{ added: number; changed: number; waiting: number }>>;
  /** Writes suggested pairs in one commit, or none: CONFLICT where a code was mapped since it was shown. */
  acceptPairs(person: Person, entity: string, pairs: readonly { kind: string; system: string; code: string; canonical: string }[], reason: string): Promise<Result<{ waiting: number }>>;
  /** Says of documents in the ledger that name nobody whether each is the invoice of what it is named with; all or none. CONFLICT where either changed since it was shown, STATE where the amounts differ or the invoice is on its way. */
  decideAdoptions(person: Person, entity: string, choices: readonly AdoptionChoice[], verdict: "adopt" | "decline", reason: string): Promise<Result<{ decided: number }>>;
  /** States how many base units a pack of one item holds; everything that needs the item plans again by itself. */
  stateUnit(person: Person, entity: string, pack: StatedPack, reason: string): Promise<Result<{ waiting: number }>>;
  /** A new connector of a shipped kind. It starts paused: it takes input, and sends nothing before somebody resumes it. CONFLICT where the id is taken. */
  addConnector(person: Person, connector: { id: string; type: string; name: string; entity: string; settings: unknown; secrets: Readonly<Record<string, string>> }, reason: string): Promise<Result<{ id: string }>>;
  pauseConnector(person: Person, connector: string, paused: boolean, reason: string): Promise<Result<true>>;
  /** Stops or resumes sending of one kind of command; every other kind goes on. */
  pauseKind(person: Person, connector: string, kind: string, paused: boolean, reason: string): Promise<Result<true>>;
  /** Ends a key of an API client for good. CONFLICT where it was revoked before. */
  revokeKey(person: Person, key: string, reason: string): Promise<Result<true>>;
  saveConnectorSettings(person: Person, connector: string, change: { settings: unknown; secrets?: unknown; version: number }, reason: string): Promise<Result<{ version: number }>>;
  /** How the tower bears with a connector, within the limits of its code. CONFLICT where somebody changed it since; POLICY where it is absurd. */
  saveConnectorPolicy(person: Person, connector: string, change: { policy: unknown; version: number; limits: CallLimits }, reason: string): Promise<Result<{ version: number }>>;
  /** A named filter of one list, kept for the person; the same name is written over. */
  saveView(person: Person, view: { page: string; name: string; query: string; shared: boolean }): Promise<Result<{ id: string }>>;
  removeView(person: Person, id: string): Promise<Result<true>>;
  saveServiceLevel(person: Person, level: { id: string | null; entity: string; name: string; measure: string; channel: string | null; targetMinutes: number; clock: "wall" | "business"; warnAt: string; active: boolean; version: number }): Promise<Result<{ id: string }>>;
}

/** `subject`: an order or a billing unit; `number`: the ledger's document; `digest` of both as they were shown. */
export interface AdoptionChoice { subject: string; number: string; digest: string }

/** What "all that match" says: causes under a filter of the list or named, messages, or orders by the numbers that people use. */
export type BulkSelection =
  | { of: "causes"; tab: "open" | "retry" | "snoozed"; filter: { kind?: string | undefined; team?: string | undefined; code?: string | undefined; connector?: string | undefined; item?: string | undefined; owner?: string | undefined }; fingerprints?: readonly string[] | undefined }
  | { of: "messages"; ids?: readonly string[] | undefined; state?: "failed" | "normalized" | undefined; connector?: string | undefined; from?: string | undefined; to?: string | undefined }
  | { of: "orders"; numbers: readonly string[] };

/** Bulk actions. A person is null where the shell of the installation asks. Refusals as those of the desk. */
export interface BulkDesk {
  /** Freezes what the selection means now, in the entities in view, with why what is left out is. Touches nothing of it. */
  ask(person: Person | null, verb: BulkVerb, selection: BulkSelection, entities: readonly string[] | null): Promise<Result<{ id: string }>>;
  /** By who asked for it. `proposed` where a second person must confirm it. CONFLICT where it was started already, STATE where nothing may be touched. */
  start(person: Person | null, id: string, reason: string): Promise<Result<{ state: "running" | "proposed" }>>;
  /** By another person with the right in every entity that it touches. */
  confirm(person: Person, id: string, reason: string): Promise<Result<true>>;
  /** Goes on from where it stopped by itself: what failed until then counts no more. */
  goOn(person: Person | null, id: string, reason: string): Promise<Result<true>>;
  /** Nothing more of it is sent; what was sent ends known. */
  abort(person: Person | null, id: string, reason: string): Promise<Result<true>>;
}

/** How payment terms change: as routes do. */
export interface TermsDesk {
  /** `from`: a day, which begins in the entity's zone, or an instant; never of a code that the rules do not know yet, which counts for every order that waits for it. TERMS where it makes no sense. */
  propose(person: Person, entity: string, change: TermsChange, reason: string): Promise<Result<{ id: string }>>;
  decide(person: Person, proposal: string, verdict: RouteVerdict, reason: string): Promise<Result<{ version: number | null }>>;
}

/** How routes change (P20): what one person proposes is in force when a second has confirmed it. Refusals as those of the desk. */
export interface RouteDesk {
  /** `managedFrom`: a day, which begins in the entity's zone, or an instant. ROUTE where it makes no sense for the entity; CONFLICT where something is proposed for the route already. */
  propose(person: Person, entity: string, change: RouteChange, reason: string): Promise<Result<{ id: string }>>;
  /** `version` of the entity's rules that a confirmation made; null otherwise. */
  decide(person: Person, proposal: string, verdict: RouteVerdict, reason: string): Promise<Result<{ version: number | null }>>;
}

/** Stops everything new that would change the books of an entity or move its money; what is under way ends known. */
export interface PostingDesk {
  /** When it answers, nothing new is sent by any worker. CONFLICT where they are stopped already. */
  stop(person: Person, entity: string, reason: string): Promise<Result<true>>;
  /**
   * By another person than the one who stopped them. CONFLICT where they are not stopped, or were stopped again since `since`.
   * What the guard stopped goes on with the limit raised to `raisedTo` for the rest of the entity's day; LIMIT where that would stop it again at once.
   */
  resume(person: Person, entity: string, since: string, reason: string, raisedTo?: string | null): Promise<Result<true>>;
  /** Limits of two persons, the second of finance, in force until the guard has learned its own; from the next claim on. */
  limit(persons: readonly [Person, Person], entity: string, change: LimitChange, reason: string): Promise<Result<FixedLimits>>;
  /** Lets one document go that is far larger than usual, as it was shown. CONFLICT where it has changed, is gone, or was released. */
  release(person: Person, command: string, digest: string, reason: string): Promise<Result<true>>;
}

/** What people are told by mail, by their own choice. */
export interface NoticeDesk {
  /** `team`: the queue of exceptions, empty for all. Null: no longer. FORBIDDEN where the person may not read the entity. */
  subscribe(person: Person, choice: { kind: NoticeKind; entity: string; team: Team | ""; delivery: NoticeDelivery | null }): Promise<Result<true>>;
}

/** What is compared: documents whose accounting date lies in the span, and what the statement before left open. */
export interface StatementAsked { entity: string; process: ProcessName; from: string; to: string; tolerance: Tolerance }
export interface Statement { id: string; knownAt: string; totals: Total[]; excluded: Excluded[]; /** Items that nobody has settled. */ open: number }

/** How differences between two books are settled: each by name, with a reason, and by two persons above what the rules write off. */
export interface ReconciliationDesk {
  /**
   * Takes a statement as of now and freezes it. What was open in the one before is carried into it; what was settled and is unchanged stands.
   * TOLERANCE or SPAN where what is asked makes no sense. The time it takes grows with the documents of the span.
   */
  take(person: Person, asked: StatementAsked, reason: string): Promise<Result<Statement>>;
  /** The same answer, and nothing is kept. */
  rehearse(asked: StatementAsked): Promise<Result<Statement>>;
  /** Explains an open item or confirms a suggestion, bound to the figures that were shown. CONFLICT where it has moved on. */
  settle(person: Person, item: ItemNamed, code: ReasonCode, comment: string): Promise<Result<{ state: "settled" | "proposed" }>>;
  /** By another person than the one who prepared it, within their right to approve adjustments. */
  approve(person: Person, item: ItemNamed, comment: string): Promise<Result<true>>;
  /** A suggestion is taken apart and not made again; what was prepared is open again. */
  refuse(person: Person, item: ItemNamed, comment: string): Promise<Result<true>>;
}

/** How a period is closed by name: signed as it was shown, confirmed by a second person where something blocked, taken back with a reason. */
export interface CloseDesk {
  /**
   * Freezes every figure of the period as it is known now, with each shipment that is counted. CONFLICT where the figures are not those that were shown (`digest`), or where
   * somebody has signed; STATE before the period is over; REASON where something blocks and none is given.
   */
  sign(person: Person, period: { entity: string; period: string; digest: string }, reason: string): Promise<Result<{ id: string; state: "proposed" | "signed" }>>;
  /** By another person than who signed first, bound to the figures that were frozen. */
  confirm(person: Person, signOff: { id: string; digest: string }, reason: string): Promise<Result<true>>;
  /** What was signed is kept; the period can be signed again. */
  withdraw(person: Person, id: string, reason: string): Promise<Result<true>>;
  /** Asks whoever keeps the ledger to open a closed period again; it is told beside the period until the ledger says that it is open. */
  askReopening(person: Person, period: { entity: string; period: string }, reason: string): Promise<Result<true>>;
  /** Ticks a step or takes the tick away. CONFLICT where somebody did so before. */
  check(person: Person, step: { entity: string; period: string; step: CloseStep; done: boolean }, note: string): Promise<Result<true>>;
}
export interface ItemNamed { run: string; no: number; digest: string }
