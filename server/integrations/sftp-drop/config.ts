import { z } from "zod";
import type { Session } from "../contract/connector";
import { drop } from "./mapping-schema";

const folder = z.string().min(1).max(300).regex(/^[^\0\r\n\\]*$/, "a path with slashes").transform((path) => path.replace(/(?<=.)\/+$/, ""));

export const settings = z.object({
  host: z.string().min(1).max(253).meta({ title: "Host", address: true }),
  port: z.number().int().min(1).max(65_535).default(22).meta({ title: "Port", address: true }),
  allowPrivateNetwork: z.boolean().default(false).meta({ address: true, title: "May be in our own network", description: "Allows loopback and private addresses; link-local ones are never called" }),
  hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "a fingerprint as ssh-keygen -lf prints it, SHA256:…").meta({ title: "Host key", description: "Fingerprint of the server's key. Any other key pauses the connector", address: true }),
  username: z.string().min(1).max(200).meta({ title: "User" }),
  inbox: folder.prefault("inbox").meta({ title: "Folder of new files" }),
  work: folder.prefault("work").meta({ title: "Folder while a file is read", description: "A file is moved here first, so that nobody writes over it" }),
  archive: folder.prefault("archive").meta({ title: "Folder of files that were taken" }),
  error: folder.prefault("error").meta({ title: "Folder of files that cannot be read" }),
  quietSeconds: z.number().int().min(1).max(3600).default(10).meta({ title: "Quiet before pick-up", description: "Seconds in which size and time of a file must not change" }),
  doneMarker: z.string().regex(/^(\.[A-Za-z0-9]{1,20})?$/, "an ending such as .done, or nothing").default("").meta({ title: "Done marker", description: "Where given, a file is taken only once <name><marker> lies beside it" }),
  maxMegabytes: z.number().int().min(1).max(1024).default(64).meta({ title: "Largest file, MB" }),
  documentsPerRead: z.number().int().min(1).max(500).default(100).meta({ title: "Documents in one read" }),
  drops: z.array(drop).max(20).default([]).meta({ title: "Mappings", description: "Which files there are and what their columns mean; the first whose pattern fits is used" }),
}).refine(({ inbox, work, archive, error }) => new Set([inbox, work, archive, error]).size === 4, "The four folders must be four");
export type DropSettings = z.infer<typeof settings>;
/** A private key in PEM or OpenSSH form. */
export const secrets = z.object({ privateKey: z.string().min(1).max(4000).meta({ title: "Private key" }), passphrase: z.string().max(4000).optional().meta({ title: "Passphrase of the key" }) });
export type DropSecrets = z.infer<typeof secrets>;
export type DropSession = Session<DropSettings, DropSecrets>;
