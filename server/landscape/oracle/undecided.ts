import { z } from 'zod';
import { Foreseen } from '../kit/foreseen';
import type { Undecided } from './difference';

const schema = z.array(z.object({ code: z.string(), orders: z.array(z.string()) }));

/** What the tower holds for people, as `tower oracle` pipes it in. */
export async function readUndecided(input: AsyncIterable<unknown>): Promise<Undecided> {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Foreseen('What the tower holds must be piped in as JSON: [{"code", "orders"}].');
  }
}
