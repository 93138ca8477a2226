import { describe, expect, it } from 'vitest';
import { Dice } from '../kit/dice';
import { masterData } from '../master-data';
import { tellNext, type StoryContext } from './stories';

function contextAt(instant: string): StoryContext {
  let number = 0;
  return {
    data: masterData('7', '2026-11-23'), dice: new Dice('generate'), unattended: true, now: () => new Date(instant), run: 'run', signatures: new Set(),
    next: () => ({ id: `ord_${(number += 1)}`, number: `N-${number}` }),
  };
}

describe('an order for today', () => {
  it('asks for the distributor\'s day: in the evening in New York UTC is a day ahead', () => {
    const [story] = tellNext(contextAt('2026-11-24T01:30:00.000Z'), 'plain');
    expect(story?.order.requested_ship_date).toBe('2026-11-23');
    expect(story?.order.promise_date).toBe('2026-11-30');
  });
});
