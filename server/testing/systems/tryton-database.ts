import { Client } from "pg";
import { inject } from "vitest";
import type { TrytonPasswords } from "./tryton-server";

export interface TrytonDatabase {
  /** As the connector's settings want it: the address with the name of the database. */
  url: string;
  passwords: TrytonPasswords;
  /** What a person at the database's own prompt would do or see; the ledger is read by it without the connector. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

let made = 0;

/** A company with its chart, customers and items, and an empty ledger: for one test file alone. */
export async function createTrytonDatabase(): Promise<TrytonDatabase> {
  const { url, postgres, template, passwords } = inject("tryton");
  made += 1;
  const name = `systems_${process.pid}_${made}`;
  const admin = new Client({ connectionString: postgres });
  await admin.connect();
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name} template ${template}`);
  const own = new URL(postgres);
  own.pathname = `/${name}`;
  const client = new Client({ connectionString: own.href });
  client.on("error", () => undefined);
  await client.connect();
  return {
    url: `${url}/${name}`, passwords,
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row & Record<string, unknown>>(text, [...values])).rows as Row[],
    drop: async () => {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
