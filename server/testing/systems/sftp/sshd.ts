import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

export interface Sshd { port: number; root: string; username: string; privateKey: string; strangerKey: string; hostKey: string; /** The server comes back with a key of its own that nobody knows. */ changeHostKey(): Promise<void>; close(): Promise<void> }

const freePort = (): Promise<number> => new Promise((done) => { const server = createServer().listen(0, "127.0.0.1", () => { const { port } = server.address() as AddressInfo; server.close(() => { done(port); }); }); });
const keygen = (file: string): void => { execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file]); };

/** A real OpenSSH server on loopback that serves one folder to the user who runs the tests; stopped by its own process. */
export async function startSshd(): Promise<Sshd> {
  const home = mkdtempSync(path.join(tmpdir(), "sftp-")), root = path.join(home, "root"), at = (name: string): string => path.join(home, name), { username } = userInfo();
  mkdirSync(path.join(root, "inbox"), { recursive: true });
  if (username === "root") mkdirSync("/run/sshd", { recursive: true });
  for (const name of ["hostkey", "newkey", "client", "stranger"]) keygen(at(name));
  writeFileSync(at("authorized_keys"), readFileSync(at("client.pub")));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (hostKey: string): Promise<void> => {
    writeFileSync(at("sshd_config"), [
      `Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${at(hostKey)}`, `PidFile ${at("sshd.pid")}`, `AuthorizedKeysFile ${at("authorized_keys")}`, "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "StrictModes no",
      "PermitRootLogin prohibit-password", `AllowUsers ${username}`, "PermitTTY no", "Subsystem sftp internal-sftp", `ForceCommand internal-sftp -d ${root}`, "MaxStartups 100", "",
    ].join("\n"));
    child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", at("sshd_config")], { stdio: "ignore" });
    for (let tries = 0; !(await answers(port)); tries += 1) { if (tries > 100) throw new Error("sshd did not start"); await new Promise((done) => setTimeout(done, 20)); }
  };
  const stop = async (): Promise<void> => { const old = child; if (!old) return; await new Promise((done) => { old.once("exit", done); old.kill(); }); };
  await start("hostkey");
  const fingerprint = execFileSync("ssh-keygen", ["-lf", at("hostkey.pub")], { encoding: "utf8" }).split(" ")[1] ?? "";
  return {
    port, root, username, privateKey: readFileSync(at("client"), "utf8"), strangerKey: readFileSync(at("stranger"), "utf8"), hostKey: fingerprint,
    changeHostKey: async () => { await stop(); await start("newkey"); },
    close: async () => { await stop(); rmSync(home, { recursive: true, force: true }); },
  };
}

const answers = (port: number): Promise<boolean> => new Promise((done) => { const socket = connect(port, "127.0.0.1", () => { socket.destroy(); done(true); }); socket.on("error", () => { done(false); }); });
