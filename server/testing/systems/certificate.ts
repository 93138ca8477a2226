import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** In PEM. `files` are the same on disk, for servers that read them; `authority` is the certificate of who issued it. */
export interface Certificate { key: string; cert: string; authority: string; files: { key: string; cert: string; authority: string }; remove(): void }

/** A certificate for the name localhost, issued by an authority of its own that nobody else knows. */
export function certificate(): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), "certificate-")), at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => { execFileSync("openssl", args, { stdio: "ignore" }); };
  const files = { key: at("key.pem"), cert: at("cert.pem"), authority: at("authority.pem") };
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=An authority of our own", "-keyout", at("authority-key.pem"), "-out", files.authority);
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", files.key, "-out", at("request.pem"));
  writeFileSync(at("extensions"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  openssl("x509", "-req", "-in", at("request.pem"), "-days", "2", "-CA", files.authority, "-CAkey", at("authority-key.pem"), "-CAcreateserial", "-extfile", at("extensions"), "-out", files.cert);
  const read = (file: string): string => readFileSync(file, "utf8");
  return { key: read(files.key), cert: read(files.cert), authority: read(files.authority), files, remove: () => { rmSync(folder, { recursive: true }); } };
}
