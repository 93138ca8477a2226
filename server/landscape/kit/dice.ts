/** Seeded pseudo-random numbers (mulberry32 over an FNV-1a hash): the same seed and call order give the same row. */
export class Dice {
  private state: number;
  constructor(seed: string) {
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.state = hash >>> 0;
  }
  /** In [0, 1). */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.roll() * (high - low + 1));
  }
  pick<T>(from: readonly T[]): T {
    const item = from[Math.floor(this.roll() * from.length)];
    if (item === undefined) throw new Error('Nothing to pick from');
    return item;
  }
  chance(probability: number): boolean {
    return this.roll() < probability;
  }
}
