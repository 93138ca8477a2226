import pg from "pg";
import { isOutage } from "./outage";

/** A pool or one connection of it. */
export type Executor = pg.Pool | pg.PoolClient;

/** SQL that the server parses once for each connection. Names are unique in the program. */
export interface Statement { readonly name: string; readonly text: string }
export const statement = (name: string, text: string): Statement => ({ name, text });

const timestamp = 1184, day = 1082;
/** `2026-03-02 14:00:00.5+00`, as sessions in UTC say it; other forms go the slow way. */
function instantOf(value: string): string {
  if (!value.endsWith("+00") || value[10] !== " ") return new Date(value).toISOString();
  return `${value.slice(0, 10)}T${value.slice(11, 19)}.${value.slice(20, -3).slice(0, 3).padEnd(3, "0")}Z`;
}
const asItIs = (value: string): string => value;
/** Timestamps as ISO text in UTC with milliseconds, days, numerics and bigints as text: the domain's own forms. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === timestamp) return instantOf;
    if (oid === day) return asItIs;
    return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
  }) as pg.CustomTypesConfig["getTypeParser"],
};

export async function rowsOf<T>(executor: Executor, { name, text }: Statement, values: readonly unknown[] = []): Promise<T[]> {
  const result = await executor.query({ name, text, values: [...values], types });
  return result.rows as T[];
}

/** Runs it and answers how many rows it changed. */
export async function changedBy(executor: Executor, { name, text }: Statement, values: readonly unknown[] = []): Promise<number> {
  return (await executor.query({ name, text, values: [...values], types })).rowCount ?? 0;
}

/** A batch as one parameter, for `json_to_recordset`. Empty batches need no statement. */
export const json = (rows: unknown): string => JSON.stringify(rows);

/** Serialization failures, deadlocks, and a database that is away or has no room: nothing was committed, what was to be written is not at fault, and a later try may succeed. */
export const isTransient = (error: unknown): boolean => ["40001", "40P01", "55P03"].includes((error as { code?: string } | null)?.code ?? "") || isOutage(error);

const afterFailure = "25P02"; // the transaction had failed before this statement

/**
 * Works that do not depend on each other, side by side on one connection: their statements travel together. Waits for all
 * of them whatever becomes of one, so that none outlives its transaction; then throws what failed first.
 */
export async function together<const T extends readonly Promise<unknown>[] | []>(works: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const outcomes = await Promise.allSettled(works);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((error) => (error as { code?: string } | null)?.code !== afterFailure) ?? failures[0];
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as { -readonly [K in keyof T]: Awaited<T[K]> };
}

/** Runs `work` in one transaction; an error leaves nothing behind. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const [, result] = await together([client.query("begin"), work(client)]);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    const broken = await client.query("rollback").then(() => false, () => true);
    client.release(broken);
    throw error;
  }
}
