import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/**
 * Seals connector secrets with AES-256-GCM under a 32 byte key. The box is nonce (12) + tag (16) + text. `about` binds it
 * to its connector: a box copied to another row does not open.
 */
export function seal(key: Buffer, about: string, text: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]));
}

/** Throws where the box was altered, or sealed under another key or for another connector. */
export function unseal(key: Buffer, about: string, box: Uint8Array): string {
  const bytes = Buffer.from(box);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}
