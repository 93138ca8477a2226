import { InvalidArgumentError } from "commander";
import { composition } from "@/server/composition";
import { day, instant } from "@/server/domain/instant";
import { entityList } from "@/server/read/shell";

/** What is wrong with an argument, in one sentence, with exit code 2: a slip of the pen must not look like an answer. */
const wrong = (sentence: string): never => { throw new InvalidArgumentError(sentence); };

export const givenDay = (text: string): string => (day.safeParse(text).success ? text : wrong("It is no day: give it as 2027-01-31."));
/** An instant as rows have it. A day alone is none. */
export const givenInstant = (text: string): string => instant.safeParse(text).data ?? wrong("It is no time: give it as 2027-01-31T00:00:00Z.");
export const givenWhole = (text: string): string => (/^[1-9]\d{0,14}$/.test(text) ? text : wrong("It is no whole number above zero."));
export const givenRate = (text: string): string => (/^\d{1,6}(\.\d{1,3})?$/.test(text) && Number(text) > 0 ? text : wrong("It is no number above zero."));
/** For options that may be given several times. */
export const each = (check: (text: string) => string) => (text: string, before: string[] | undefined): string[] => [...(before ?? []), check(text)];

export async function knownEntity(entity: string): Promise<void> {
  const { services } = await composition();
  if ((await entityList(services.query, [entity])).length === 0) throw new Error(`There is no entity ${entity}: make it with tower setup --entity ${entity}`);
}

/** Subjects of orders by the numbers that people use; refused where one is not known. */
export async function knownOrders(numbers: readonly string[], entity: string | null = null): Promise<string[]> {
  const { services } = await composition();
  const rows = await services.query.rows<{ id: string; key: string; number: string | null }>("select id, key, number from subject where kind = 'order' and (key = any($1) or number = any($1)) and ($2::text is null or entity = $2)", [numbers, entity]);
  const unknown = numbers.find((asked) => !rows.some(({ key, number }) => key === asked || number === asked));
  if (unknown !== undefined) throw new Error(`No order${entity === null ? "" : ` of ${entity}`} has the number ${unknown}`);
  return rows.map(({ id }) => id);
}
