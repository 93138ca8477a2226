// Runs the real Medusa on loopback in a process of its own, which ends with its parent, and tells it `{ ready: true }` over the
// channel. Given as JSON in the first argument: install (folder with Medusa's packages and configuration) and port. The
// database is DATABASE_URL, the tower LEDGERLINE.
import { createRequire } from "node:module";
import path from "node:path";

const { install, port } = JSON.parse(process.argv[2] ?? "{}");
process.on("disconnect", () => { process.exit(0); });
process.chdir(install);
await createRequire(path.join(install, "package.json"))("@medusajs/medusa/commands/start").default({ directory: install, host: "127.0.0.1", port, types: false });
while (!(await fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok, () => false))) await new Promise((resolve) => { setTimeout(resolve, 50); });
process.send?.({ ready: true });
