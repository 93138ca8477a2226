const steps = [0.045, 0.16, 0.26, 0.55] as const;

/** Which of the five steps of ink a cell gets, by its share of the largest cell; 0 for nothing. For shading only. */
export function heatStep(amount: string | null, largest: number): 0 | 1 | 2 | 3 | 4 | 5 {
  const value = Math.abs(Number(amount ?? "0"));
  if (!(value > 0) || largest <= 0) return 0;
  const above = steps.filter((edge) => value / largest >= edge).length;
  return (above + 1) as 1 | 2 | 3 | 4 | 5;
}

/** The largest of some amounts, for shading only. */
export function largestOf(amounts: readonly (string | null)[]): number {
  return amounts.reduce((largest, amount) => Math.max(largest, Math.abs(Number(amount ?? "0")) || 0), 0);
}
