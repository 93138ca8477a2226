/** Values of which the first can be seen and taken at any time; of those that are equally early any may be first. */
export class Heap<T> {
  private readonly values: T[] = [];
  private readonly isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) { this.isBefore = isBefore; }

  /** How often something was put in. */
  pushed = 0;

  get first(): T | undefined { return this.values[0]; }

  push(value: T): void {
    const { values } = this;
    let index = values.push(value) - 1;
    this.pushed += 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(value, values[parent] as T)) break;
      values[index] = values[parent] as T;
      index = parent;
    }
    values[index] = value;
  }

  /** Takes the first away. */
  pop(): T | undefined {
    const { values } = this, first = values[0], last = values.pop();
    if (last === undefined || values.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= values.length) break;
      if (child + 1 < values.length && this.isBefore(values[child + 1] as T, values[child] as T)) child += 1;
      if (!this.isBefore(values[child] as T, last)) break;
      values[index] = values[child] as T;
      index = child;
    }
    values[index] = last;
    return first;
  }

  /** Puts all in order again, where the values themselves have changed. */
  change(edit: (value: T) => void): void {
    for (const value of this.values) edit(value);
    this.values.sort((a, b) => (this.isBefore(a, b) ? -1 : Number(this.isBefore(b, a))));
  }
}
