import { ok } from "@/server/domain/result";
import { defineConnector } from "../contract/connector";
import { verifyUnsupported } from "../contract/outcome";
import { withFiles } from "./client";
import { secrets, settings, type DropSecrets, type DropSettings } from "./config";
import { feeds } from "./feed";
import { toCanonical } from "./to-canonical";
import { fileMapping } from "./trial";

const title = "SFTP drop";

/** CSV files of orders and shipments from a folder of an SFTP server. */
export const sftpDrop = defineConnector<DropSettings, DropSecrets>({
  type: "sftp-drop", title, grade: "proven", capabilities: ["files"], settings, secrets,
  limits: { concurrency: 1, perMinute: 60, callTimeoutMs: 20_000 },
  serializeBy: () => null,
  cannot: ["send anything: it takes files in", "take a part of a file that is cut off: all of it or none", "read rows of one document that do not follow each other", "read UTF-16 with the big end first"],
  commands: {}, feeds, webhook: null, mapping: fileMapping,
  check: async (session) => {
    const found = await withFiles(session, "call", (files) => files.list(session.settings.inbox));
    return found.ok ? ok({ detail: `${found.value.filter(({ isFile }) => isFile).length} files wait in ${session.settings.inbox}${session.settings.drops.length === 0 ? "; no mapping is set, so none is taken" : ""}` }) : found;
  },
  send: () => Promise.resolve({ kind: "rejected", failure: { code: "TEC-05", message: `Nothing can be sent to an ${title}` } }),
  lookup: () => Promise.resolve({ kind: "absent" }),
  verify: verifyUnsupported(title),
  toCanonical,
});
