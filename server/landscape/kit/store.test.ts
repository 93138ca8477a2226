import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Store } from './store';

const path = (): string => join(mkdtempSync(join(tmpdir(), 'landscape-')), 'store.jsonl');

describe('store', () => {
  it('replays its journal, counters and order of change included', () => {
    const file = path();
    const store = new Store(file);
    const things = store.collection<{ value: number }>('things');
    store.transact(() => {
      things.put('a', { value: store.next('n') });
      things.put('b', { value: store.next('n') });
    });
    things.put('a', { value: 9 });
    store.close();
    const again = new Store(file);
    expect(again.collection('things').all()).toEqual([{ value: 2 }, { value: 9 }]);
    expect(again.next('n')).toBe(3);
    expect(again.changedAfter('things', 1).map((row) => row.value)).toEqual([{ value: 9 }]);
  });

  it('drops a torn last line and goes on', () => {
    const file = path();
    const store = new Store(file);
    store.collection('things').put('a', { value: 1 });
    store.close();
    appendFileSync(file, '{"s":2,"w":[["things","b",{"val');
    const again = new Store(file);
    again.collection('things').put('c', { value: 3 });
    again.close();
    expect(new Store(file).collection('things').all()).toEqual([{ value: 1 }, { value: 3 }]);
  });

  it('rolls a failed transaction back: values, order and numbers', () => {
    const store = new Store(null);
    const things = store.collection<{ value: number }>('things');
    things.put('a', { value: 1 });
    things.put('b', { value: 2 });
    expect(() => store.transact(() => {
      things.put('a', { value: store.next('n') });
      throw new Error('no');
    })).toThrow('no');
    expect(things.all()).toEqual([{ value: 1 }, { value: 2 }]);
    expect(store.next('n')).toBe(1);
  });
});
