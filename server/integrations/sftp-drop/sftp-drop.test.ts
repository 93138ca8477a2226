import { generateKeyPairSync } from "node:crypto";
import type { Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { sftpDrop } from ".";

const column = (name: string) => ({ column: name });
const drop = {
  files: "ORD*.csv", document: "order", delimiter: ";", decimal: ",", dates: "dd.MM.yyyy",
  fields: { number: column("No"), channel: { constant: "edi" }, placed: column("Date"), sellTo: column("Customer"), country: { constant: "DE" }, currency: { constant: "EUR" }, terms: { constant: "N30" }, line: column("Pos"), item: column("Item"), quantity: column("Qty"), unit: column("Unit"), price: column("Price") },
};
/** Against whatever may be at the other end; against OpenSSH itself in server/testing/systems/sftp. */
const setup: Setup = { connector: sftpDrop, settings: { host: "127.0.0.1", allowPrivateNetwork: true, hostKey: `SHA256:${"A".repeat(43)}`, username: "tower", drops: [drop] }, secrets: { privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString() }, codes: {} };
conforms(setup);
