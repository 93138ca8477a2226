import { readdirSync, readFileSync } from "node:fs";
import type pg from "pg";

/** Of Linux; elsewhere the figures are null. */
const ticksPerSecond = 100;

/** Fields of /proc/<pid>/stat after the name, which may hold anything. */
function statOf(pid: number): { parent: number; ms: number; endedChildrenMs: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ").map(Number) ?? [];
    const [, parent = 0] = fields, of = (at: number): number => ((fields[at] ?? 0) * 1000) / ticksPerSecond;
    return { parent, ms: of(11) + of(12), endedChildrenMs: of(13) + of(14) };
  } catch {
    return null; // it has ended meanwhile
  }
}

/**
 * CPU time of the whole database server so far, in ms: the postmaster, its children, and those that have ended. Null where
 * it runs elsewhere or the system does not say. Unlike a throughput it does not depend on what else the machine does.
 */
export async function databaseCpuMs(pool: pg.Pool): Promise<number | null> {
  const { rows } = await pool.query<{ pid: number; local: boolean }>("select pg_backend_pid() as pid, inet_server_addr() <<= inet '127.0.0.0/8' as local");
  const own = rows[0]?.local ? statOf(rows[0].pid) : null;
  const postmaster = own && statOf(own.parent);
  if (!own || !postmaster) return null;
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))).filter((stat) => stat?.parent === own.parent);
  return postmaster.ms + postmaster.endedChildrenMs + children.reduce((sum, stat) => sum + (stat?.ms ?? 0), 0);
}
