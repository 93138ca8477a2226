import type { CommandKind } from "../../domain/commands";
import { addMs } from "../../domain/instant";
import { commandRows, type CommandRow, type Store } from "./store";
import { isRefusal, type Answer, type Handle, type Said } from "./targets/target";
import type { Erp, LedgerEntry } from "./targets/erp";

/** How the next commands that fit are answered. `times` (default 1) says for how many. */
export interface Fault {
  kind: CommandKind;
  fits?: (row: CommandRow) => boolean;
  /** `hold`: committed, the answer is kept back; `lose`: committed, connection cut; `vanish`: never reached the target, nobody knows; `refuse`: rejected. */
  does: "hold" | "lose" | "vanish" | "refuse";
  times?: number;
  refusal?: { code: string; message: string };
  /** What somebody did to the ledger's document before anybody looked. */
  alter?: (entry: LedgerEntry) => void;
  /** The target made it twice. */
  twice?: boolean;
  /** False: the connector has no look-up (S12e). */
  lookup?: boolean;
}

interface Doubt { emptyLooks: number; lookAt: string; possible: boolean }

/** The stage between rows and simulated targets: sends, confirms, refuses, looks up, reads back. */
export interface Delivery {
  faults: Fault[];
  down: Set<string>;
  /** Does one round of what is due; true when anything moved. */
  round(): boolean;
  answerHeld(): void;
  /** Next moment at which a look-up or a postponed command is due. */
  /** When the next look at a call in doubt is due; null where nothing is in doubt that can be known. */
  nextLook(): string | null;
  nextDue(): string | null;
}

const verified: ReadonlySet<CommandKind> = new Set<CommandKind>(["post_invoice", "post_credit", "post_debit", "apply_credit", "post_receipt", "apply_receipt", "reverse_receipt", "post_refund", "reverse_refund"]);

export function createDelivery(store: Store, handlers: ReadonlyMap<string, Handle>, erp: Erp, say: (event: Said) => void, order: (rows: CommandRow[]) => CommandRow[]): Delivery {
  const faults: Fault[] = [];
  const down = new Set<string>();
  const held: { row: CommandRow; answer: Answer }[] = [];
  const doubts = new Map<string, Doubt>();
  const committed = new Map<string, Answer>();
  const toRead = new Set<CommandRow>();

  const confirm = (row: CommandRow, answer: Answer) => {
    Object.assign(row, { state: "confirmed", reference: answer.reference, result: JSON.parse(JSON.stringify(answer.result)) as Record<string, unknown>, confirmedAt: store.now, rejection: null });
    store.dirty.add(row.subject);
    for (const event of answer.events) say(event);
    if (verified.has(row.kind)) toRead.add(row);
  };

  const reject = (row: CommandRow, refusal: { code: string; message: string }) => {
    Object.assign(row, { state: "rejected", rejection: { ...refusal, at: store.now } });
    store.dirty.add(row.subject);
  };

  const doubt = (row: CommandRow, possible: boolean) => {
    row.state = "unknown";
    doubts.set(row.naturalKey, { emptyLooks: 0, lookAt: store.now, possible });
    store.dirty.add(row.subject);
  };

  const takeFault = (row: CommandRow): Fault | null => {
    const index = faults.findIndex((fault) => fault.kind === row.kind && (fault.fits?.(row) ?? true));
    const fault = faults[index];
    if (!fault) return null;
    const left = (fault.times ?? 1) - 1;
    if (left <= 0) faults.splice(index, 1);
    else fault.times = left;
    return fault;
  };

  const send = (row: CommandRow) => {
    const handle = handlers.get(row.connector);
    if (!handle) throw new Error(`no simulated target for connector ${row.connector} (${row.naturalKey})`);
    const fault = takeFault(row);
    Object.assign(row, { state: "sending", firstSentAt: row.firstSentAt ?? store.now, attempts: row.attempts + 1 });
    store.dirty.add(row.subject);
    if (fault?.does === "refuse") return reject(row, fault.refusal ?? { code: "INV-01", message: "refused" });
    if (fault?.does === "vanish") return doubt(row, fault.lookup ?? true);
    const answer = handle(row, store.now);
    if (isRefusal(answer)) return reject(row, answer);
    if (fault?.twice) handle(row, store.now);
    if (fault?.alter) erp.find(String(row.payload["reference"])).forEach(fault.alter);
    committed.set(row.naturalKey, answer);
    if (fault?.does === "hold") { held.push({ row, answer }); return; }
    if (fault?.does === "lose") return doubt(row, fault.lookup ?? true);
    confirm(row, answer);
  };

  /** Two empty look-ups 30 seconds apart prove absence; then the same key may be sent again. */
  const lookUp = (row: CommandRow, state: Doubt) => {
    if (!state.possible) { row.rejection = { code: "TEC-04", message: "The answer was lost and this system cannot be searched", at: store.now }; state.lookAt = "9999-12-31T00:00:00.000Z"; store.dirty.add(row.subject); return; }
    const answer = committed.get(row.naturalKey);
    if (answer) { doubts.delete(row.naturalKey); confirm(row, answer); return; }
    state.emptyLooks += 1;
    state.lookAt = addMs(store.now, 30_000);
    if (state.emptyLooks < 2) return;
    doubts.delete(row.naturalKey);
    row.state = "wanted";
    store.dirty.add(row.subject);
  };

  const readBack = (row: CommandRow) => {
    toRead.delete(row);
    const seen = erp.readBack(row);
    if (!seen) return;
    row.result = seen.result;
    row.verifiedAt = seen.agrees ? store.now : null;
    store.dirty.add(row.subject);
    for (const event of seen.events) say(event);
  };

  // What was under way is planned anew before it goes out again.
  const isDue = (row: CommandRow) => row.state === "wanted" && !(row.firstSentAt !== null && store.dirty.has(row.subject)) && !down.has(row.connector) && row.dueAt <= store.now && (row.notBefore === null || row.notBefore <= store.now);

  return {
    faults, down,
    round: () => {
      const reads = [...toRead].filter((row) => !down.has(row.connector));
      for (const row of reads) readBack(row);
      const looks = commandRows(store).filter((row) => row.state === "unknown" && (doubts.get(row.naturalKey)?.lookAt ?? "9") <= store.now);
      for (const row of looks) { const state = doubts.get(row.naturalKey); if (state) lookUp(row, state); }
      const due = order(commandRows(store).filter(isDue));
      for (const row of due) send(row);
      return reads.length + looks.length + due.length > 0;
    },
    answerHeld: () => { for (const { row, answer } of held.splice(0)) confirm(row, answer); },
    nextLook: () => [...doubts.values()].map((state) => state.lookAt).filter((time) => time > store.now && time < "9999").sort()[0] ?? null,
    nextDue: () => {
      const times = [...doubts.values()].map((state) => state.lookAt);
      for (const row of commandRows(store)) if (row.state === "wanted") times.push(row.notBefore !== null && row.notBefore > row.dueAt ? row.notBefore : row.dueAt);
      return times.filter((time) => time > store.now && time < "9999").sort()[0] ?? null;
    },
  };
}
