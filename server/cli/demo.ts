import { spawn } from "node:child_process";
import path from "node:path";
import { Command } from "commander";
import { composition } from "@/server/composition";
import { undecided } from "@/server/read/holds";
import { underWay, underWayWords } from "@/server/read/under-way";
import { givenRate, givenWhole } from "./given";

/** The simulated systems are programs of their own; nothing of the product imports them. */
function run(script: string, args: readonly string[], input?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "./scripts/lib/typescript.mjs", path.join(process.cwd(), "server/landscape", script), ...args], { stdio: [input === undefined ? "inherit" : "pipe", "inherit", "inherit"] });
    child.stdin?.on("error", () => undefined).end(input);
    child.on("error", reject);
    child.on("exit", (code) => { resolve(code ?? 1); });
  });
}

export function generateCommand(): Command {
  return new Command("generate")
    .description("Make believable wholesale traffic in the simulated systems")
    .option("--orders <n>", "how many orders", givenWhole, "20").option("--seed <n>", "what makes it repeatable", "1").option("--rate <perMinute>", "orders a minute; without it as fast as they are taken", givenRate).option("--faults", "with the faults that people meet")
    .action(async (options: { orders: string; seed: string; rate?: string; faults?: boolean }) => {
      process.exitCode = await run("generate.ts", ["--orders", options.orders, `--seed=${options.seed}`, ...(options.rate ? ["--rate", options.rate] : []), ...(options.faults ? ["--faults"] : [])]);
    });
}

export function oracleCommand(): Command {
  return new Command("oracle")
    .description("Hold the ledgers of the simulated systems against what the generator's own script says; exit code 1 on a difference, save for what the tower holds for a person now")
    .option("--json")
    .action(async (options: { json?: boolean }) => {
      const { services } = await composition();
      const unfinished = underWayWords(await underWay(services.query));
      process.exitCode = await run("check-oracle.ts", ["--undecided", ...(options.json ? ["--json"] : [])], JSON.stringify(await undecided(services.query)));
      if (process.exitCode !== 0 && unfinished !== null) process.stderr.write(`${unfinished}\n`);
    });
}
