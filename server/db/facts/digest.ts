import { hash } from "node:crypto";
import { canonicalJson } from "@/server/domain/commands";

/** Of a fact's content, whatever the order of its fields: the same statement again is known by it. */
export const factDigest = (data: unknown): string => hash("sha1", canonicalJson(data), "base64url");
