import type { EventData, EventType } from "../../../domain/contracts/registry";
import type { Instant } from "../../../domain/instant";
import type { SubjectRef } from "../../../domain/subject";
import type { CommandRow } from "../store";

/** A canonical event that a target says, before the world has given it an id and a time of arrival. */
export interface Said<T extends EventType = EventType> { type: T; source: string; subject?: SubjectRef; data: EventData<T> }
export const said = <T extends EventType>(event: Said<T>): Said => event;

/** What a target answers once it has committed. `events` are the same news as facts. */
export interface Answer { reference: string | null; result: Record<string, unknown>; events: Said[] }
export interface Refusal { code: string; message: string }

/** A system that the tower tells what to do. It commits at once; the world decides whether the answer arrives. */
export type Handle = (row: CommandRow, now: Instant) => Answer | Refusal;
export const isRefusal = (answer: Answer | Refusal): answer is Refusal => !("result" in answer);
