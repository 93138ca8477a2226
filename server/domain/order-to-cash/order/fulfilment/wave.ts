import type { WantedCommand } from "../../../commands";
import type { Day, Instant } from "../../../instant";
import type { ExceptionFinding, Wait } from "../../../plan";
import type { JudgedHold } from "../approval";
import { instantOn } from "../../../calendar";
import type { Gates } from "../gates/approve";
import type { OrderMoney } from "../books/money";
import type { OrderView } from "../view";
import { allocate } from "./allocation";
import { warehoused } from "./open";
import { releaseDay } from "./outdated";
import { release } from "./release";

/** What allocation and release want now. */
export interface Wave { wanted: WantedCommand[]; holds: JudgedHold[]; exceptions: ExceptionFinding[]; waits: Wait[]; reviewAt: Instant[]; /** Lines whose own date has not come. */ scheduled: ReadonlyMap<string, Day> }

/** Asks for stock and releases what is reserved, one request for each warehouse and wave (2.7; 2.9 invariant 2). */
export function waveOf(view: OrderView, money: OrderMoney, gates: Gates): Wave {
  const wave: Wave & { scheduled: Map<string, Day> } = { wanted: [], holds: [], exceptions: [], waits: [], reviewAt: [], scheduled: new Map() };
  const today = view.today;
  const going = view.lines.filter((row) => !gates.validation.stopped.has(row.line.id)), ready = going.filter((row) => warehoused(row.line));
  for (const row of going) {
    const day = releaseDay(view.policy, view.order, row.line.source);
    if (day === null || day <= today || !row.goods.some((goods) => goods.allocated.plus(goods.unallocated).gt(0))) continue;
    wave.scheduled.set(row.line.id, day);
    wave.waits.push({ slot: row.line.id, until: instantOn(view.policy.calendar, day, 0), message: `Line ${row.line.id} is to be released on ${day}` });
    wave.reviewAt.push(instantOn(view.policy.calendar, day, 0));
  }
  const due = ready.filter((row) => !wave.scheduled.has(row.line.id));
  if (gates.approved) for (const row of due) if (!gates.priceHolds.has(row.line.id)) for (const goods of row.goods) allocate(view, goods, gates.approvedAt, wave);
  release(view, money, gates, due, wave);
  return wave;
}
