export interface Placed { left: number; width: number }
export type LabelPlace = "inside" | "before" | "after";

/** Where an interval lies in the window, in percent; what is outside is cut off, nothing is narrower than `least`. */
export function place(from: number, to: number, start: number, end: number, least = 0.4): Placed {
  const span = Math.max(1, end - start);
  const left = Math.min(100, Math.max(0, ((from - start) / span) * 100));
  const right = Math.min(100, Math.max(0, ((to - start) / span) * 100));
  return { left: Math.min(left, 100 - least), width: Math.max(least, right - left) };
}

/** Of the width of the plot that one letter takes, on a desk and on a phone. */
const PERCENT_PER_LETTER = { wide: 1.6, narrow: 3.3 };

/** Where a bar's words fit: inside when they do, else after it where they end before the line at `wall`, else before it. */
export function labelPlace({ left, width }: Placed, letters: number, wall = 100, plot: "wide" | "narrow" = "wide"): LabelPlace {
  const needs = letters * PERCENT_PER_LETTER[plot] + 2;
  const after = wall - (left + width);
  if (width >= needs) return "inside";
  return after >= needs ? "after" : left >= needs ? "before" : after >= left ? "after" : "before";
}
