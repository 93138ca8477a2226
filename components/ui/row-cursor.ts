/** The row after a step from `index` (-1: none yet), kept inside the list; -1 only when the list is empty. */
export function moved(index: number, by: number, length: number): number {
  if (length === 0) return -1;
  if (index < 0) return by > 0 ? 0 : length - 1;
  return Math.min(length - 1, Math.max(0, index + by));
}
