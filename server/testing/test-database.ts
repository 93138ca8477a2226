import { Client } from "pg";
import { inject } from "vitest";

export interface TestDatabase {
  url: string;
  /** Ends open sessions and removes the database. */
  drop(): Promise<void>;
}

let made = 0;

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject("testServer").url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** An empty database with all migrations, for one test file alone. One that is not dropped goes with the next test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url: server, template } = inject("testServer");
  made += 1;
  const name = `test_${process.pid}_${made}_${Date.now().toString(36)}`;
  await onServer(`create database ${name} template ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) };
}
