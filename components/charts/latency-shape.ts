export interface LatencyPoint { at: string; p50Minutes: number | null; p95Minutes: number | null }
export interface PlotPoint { t: number; p50: number | null; p95: number | null; beyond: [number, number] | null }

/**
 * The points to draw, with the exact crossings of the limit put in between, so that the hatch begins and ends on the line.
 * A missing measure leaves a gap; it is never drawn as zero.
 */
export function withCrossings(points: readonly LatencyPoint[], limit: number): PlotPoint[] {
  const plot: PlotPoint[] = [];
  for (const point of points) {
    const here: PlotPoint = { t: Date.parse(point.at), p50: point.p50Minutes, p95: point.p95Minutes, beyond: null };
    const before = plot.at(-1);
    if (before?.p95 != null && here.p95 !== null && before.p95 > limit !== here.p95 > limit) {
      const share = (limit - before.p95) / (here.p95 - before.p95);
      const p50 = before.p50 === null || here.p50 === null ? null : before.p50 + share * (here.p50 - before.p50);
      plot.push({ t: before.t + share * (here.t - before.t), p50, p95: limit, beyond: [limit, limit] });
    }
    if (here.p95 !== null && here.p95 > limit) here.beyond = [limit, here.p95];
    plot.push(here);
  }
  return plot;
}

/** Round steps for the axis of minutes, seconds where all is that fast: at most four lines above zero, the top one above everything drawn. */
export function minuteTicks(highest: number): number[] {
  const small = highest > 0 ? [1 / 60, 5 / 60, 15 / 60, 0.5, 1] : [];
  for (const size of [...small, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880]) {
    const count = Math.max(1, Math.ceil(highest / size));
    if (count <= 4) return Array.from({ length: count + 1 }, (_, index) => index * size);
  }
  const size = Math.ceil(highest / 4 / 1440) * 1440;
  return [0, 1, 2, 3, 4].map((index) => index * size);
}

/** Instants at round clock times between two others, at most eight; `offset` is how far the shown clocks are ahead of UTC. */
export function hourTicks(from: number, to: number, offset = 0): number[] {
  const hour = 3_600_000;
  const step = [1 / 12, 1 / 4, 1 / 2, 1, 2, 4, 6, 12, 24, 48].find((hours) => (to - from) / (hours * hour) <= 7) ?? 168;
  const ticks: number[] = [];
  for (let tick = Math.ceil((from + offset) / (step * hour)) * step * hour - offset; tick <= to; tick += step * hour) ticks.push(tick);
  return ticks;
}

/** The measured point with the highest p95, or none. */
export function peakOf(points: readonly LatencyPoint[]): LatencyPoint | null {
  let peak: LatencyPoint | null = null;
  for (const point of points) if (point.p95Minutes !== null && point.p95Minutes > (peak?.p95Minutes ?? -1)) peak = point;
  return peak;
}

const LABEL_PX = 15;

/** How far the end labels of two lines must move apart, in pixels, so that both can be read: up for p95, down for p50. */
export function endLabelShift(p50: number, p95: number, top: number, plotHeight: number): { p50: number; p95: number } {
  const apart = top > 0 ? ((p95 - p50) / top) * plotHeight : 0;
  const lack = Math.max(0, LABEL_PX - apart);
  // the lower line near the axis cannot move down: the upper label moves for both
  const room = top > 0 ? Math.max(0, (p50 / top) * plotHeight - LABEL_PX / 2) : 0;
  const down = Math.min(lack / 2, room);
  return { p50: down, p95: -(lack - down) };
}
