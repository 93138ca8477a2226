/**
 * What is written into *Reference* of Tryton's documents. They say what they are for, so that a document can be read without
 * asking anybody; our codes hold no `|`.
 */
export interface ReservationRef { entity: string; order: string; line: string; revision: number; /** What requests had been given of the line by then: answers are absolute for it. */ before: string }
export const reservationRef = ({ entity, order, line, revision, before }: ReservationRef): string => ["alloc", entity, order, line, `r${revision}`, before].join("|");
/** What all reservations of a line begin with, for a search. */
export const reservationsOfLine = ({ entity, order, line }: Pick<ReservationRef, "entity" | "order" | "line">): string => ["alloc", entity, order, line, ""].join("|");
export function readReservationRef(reference: string | null): ReservationRef | null {
  const [, entity, order, line, revision, before] = /^alloc\|([^|]+)\|([^|]+)\|([^|]+)\|r(\d+)\|(\d+(?:\.\d+)?)$/.exec(reference ?? "") ?? [];
  return entity !== undefined && order !== undefined && line !== undefined && before !== undefined ? { entity, order, line, revision: Number(revision), before } : null;
}

export interface RequestRef { entity: string; order: string; request: string; sequence: number }
export const requestRef = ({ entity, order, request, sequence }: RequestRef): string => ["rel", entity, order, request, `s${sequence}`].join("|");
export const requestsOfOrder = (entity: string, order: string): string => ["rel", entity, order, ""].join("|");
export const anyRequest = "rel|";
export function readRequestRef(reference: string | null): RequestRef | null {
  const [, entity, order, request, sequence] = /^rel\|([^|]+)\|([^|]+)\|([^|]+)\|s(\d+)$/.exec(reference ?? "") ?? [];
  return entity !== undefined && order !== undefined && request !== undefined ? { entity, order, request, sequence: Number(sequence) } : null;
}

/** For Tryton's `like`, where `_` and `%` stand for anything. */
export const beginningWith = (text: string): string => `${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
