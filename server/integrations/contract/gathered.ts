/** What comes in one by one, taken out all at once: a batch is whatever gathered while the one before was handled. */
export class Gathered<T> {
  private items: T[] = [];
  private rouse: (() => void) | null = null;

  add(item: T): void { this.items.push(item); this.rouse?.(); }
  /** Whoever waits looks again. */
  wake(): void { this.rouse?.(); }
  take(limit: number): T[] { return this.items.splice(0, limit); }
  /** Resolves when there is something, or when woken. */
  async some(): Promise<void> {
    if (this.items.length > 0) return;
    await new Promise<void>((resolve) => { this.rouse = resolve; });
    this.rouse = null;
  }
}
