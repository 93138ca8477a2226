import { addMs, type Instant } from "@/server/domain/instant";

/** Where the page behind this one begins. A page is counted by rows in the order of their ids: while a window is read, rows join it and none leaves. */
export const nextSkip = (skip: number, rows: number, total: number): number | null => (rows > 0 && skip + rows < total ? skip + rows : null);
/** Vendure's `after` leaves out the moment itself. */
export const since = (from: Instant): { after: Instant } => ({ after: addMs(from, -1) });
