/**
 * How a store of memory makes one step that a database makes in one transaction. `effect` happens whole or not at all, and
 * never in the middle of another. `undo` is what a database does on its own when it finds whoever asked gone: it takes back what is not committed.
 */
export type Step = <T>(name: string, effect: () => T, undo?: (made: T) => void) => Promise<T>;

/** At once, and it always works. */
export const atOnce: Step = (_name, effect) => new Promise((resolve) => { resolve(effect()); });
