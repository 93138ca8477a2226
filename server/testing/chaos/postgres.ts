import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { migrate, withConnection } from "../../../scripts/lib/database.mjs";
import { discardPostgres, usePostgres } from "../../../scripts/lib/pg.mjs";
import { inState } from "../../../scripts/lib/place.mjs";
import { secrets } from "../../../scripts/lib/state.mjs";

const DATABASE = "ledgerline_chaos", PORT_VARIABLE = "CHAOS_PG_PORT";
const port = Number(process.env[PORT_VARIABLE] ?? 24398);
const diskMb = 2_000, restartWithinMs = 60_000;
const disk = inState("chaos"), dataDir = path.join(disk, "pg"), ballast = path.join(disk, "ballast");
// few megabytes of log are kept, so that the disk fills with data
const settings = { max_wal_size: "256MB", min_wal_size: "64MB" };

export interface ChaosDatabase {
  url: string;
  /** Whether its disk is of limited size: where a mount is permitted. */
  limited: boolean;
  /** `SIGKILL` to the server, then a start with what its log holds. */
  kill(): Promise<void>;
  /** Ends every session, as a lost network does. Answers how many. */
  cutConnections(): Promise<number>;
  /** Fills the disk for `ms`, then makes room; a server that fell over it is started again. */
  fillDisk(ms: number): Promise<void>;
  leave(): Promise<void>;
}

function mountLimited(): boolean {
  try {
    if (statSync(disk).dev !== statSync(path.dirname(disk)).dev) execFileSync("umount", [disk], { stdio: "ignore" }); // left by a run that was killed
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m`, "tmpfs", disk], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A PostgreSQL server of its own with an empty, migrated database, safe settings, and means to hurt it. */
export async function startDatabase(): Promise<ChaosDatabase> {
  await discardPostgres(dataDir);
  mkdirSync(disk, { recursive: true });
  const limited = mountLimited();
  const boot = () => usePostgres({ dataDir, password: secrets().databasePassword, port, portVariable: PORT_VARIABLE, settings });
  let server = await boot();
  /** What a killed server leaves behind may hold its memory for a moment. */
  const revive = async (): Promise<void> => {
    for (const until = Date.now() + restartWithinMs; !server.alive(); await pause(200))
      try { server = await boot(); } catch (error) { if (Date.now() > until) throw error; }
  };
  await withConnection(server.url("postgres"), (ask) => ask(`create database ${DATABASE}`));
  const url = server.url(DATABASE);
  await migrate(url, dataDir);
  return {
    url, limited,
    async kill() {
      process.kill(Number(readFileSync(path.join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
      while (server.alive()) await pause(20);
      await revive();
    },
    cutConnections: () => withConnection(server.url("postgres"), async (ask) => (await ask("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [DATABASE])).length),
    async fillDisk(ms) {
      const file = openSync(ballast, "w"), block = Buffer.alloc(1 << 20);
      try { for (;;) writeSync(file, block); } catch (error) { if ((error as { code?: string }).code !== "ENOSPC") throw error; }
      await pause(ms);
      closeSync(file);
      rmSync(ballast);
      await revive();
    },
    async leave() {
      await server.leave();
      await discardPostgres(dataDir);
      if (limited) execFileSync("umount", [disk]);
    },
  };
}
