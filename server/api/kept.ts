/** Answers that cost much, asked of `make` at most once in so many milliseconds for each key, whoever looks; a failed one is not kept. */
export function keptFor<T>(ms: number): (key: string, make: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { until: number; answer: Promise<T> }>();
  return (key, make) => {
    const known = kept.get(key);
    if (known && performance.now() < known.until) return known.answer;
    const answer = make();
    kept.set(key, { until: performance.now() + ms, answer });
    answer.catch(() => { kept.delete(key); });
    return answer;
  };
}

/** How long a proof of the equations is shown before it is made again. */
export const provedForMs = 60_000;
