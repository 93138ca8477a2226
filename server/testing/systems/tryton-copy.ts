import { Client } from "pg";
import type { TrytonPasswords, TrytonServer } from "./tryton-server";

export interface TrytonDatabase {
  /** As the connector's settings want it: the address with the name of the database. */
  url: string;
  passwords: TrytonPasswords;
  /** What a person at the database's own prompt would do or see; the ledger is read by it without the connector. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Leaves it as it is. */
  close(): Promise<void>;
  drop(): Promise<void>;
}

/** Over the database of a name on Tryton's PostgreSQL, made as a copy of the template where there is none of that name. */
export async function openTryton({ url, postgres, template, passwords }: Omit<TrytonServer, "leave">, name: string): Promise<TrytonDatabase> {
  const admin = new Client({ connectionString: postgres });
  await admin.connect();
  if ((await admin.query("select from pg_database where datname = $1", [name])).rowCount === 0) await admin.query(`create database ${name} template ${template}`);
  const own = new URL(postgres);
  own.pathname = `/${name}`;
  const client = new Client({ connectionString: own.href });
  client.on("error", () => undefined);
  await client.connect();
  return {
    url: `${url}/${name}`, passwords,
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row & Record<string, unknown>>(text, [...values])).rows as Row[],
    close: async () => { await client.end(); await admin.end(); },
    drop: async () => {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
