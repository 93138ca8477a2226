import { z } from "zod";
import type { CommandKind } from "@/server/domain/commands";
import { ok } from "@/server/domain/result";
import { defineConnector, type OutboundCommand, type Session, type Translation, type TranslationInput } from "../contract/connector";
import { textOf } from "../contract/events";
import { readJson } from "../contract/outcome";
import type { TrytonFeed } from "./changes";
import { Ended, failedRead, refuse, system } from "./client";
import { secrets, settings, type TrytonSecrets, type TrytonSettings } from "./config";
import { finance } from "./finance";
import type { Role, TrytonCensus } from "./role";
import { warehouse } from "./warehouse";

/**
 * One Tryton is one connector with up to two roles, not two: an administrator enters its address, user and password once, and maps
 * its codes of customers, items and units once, as the cross-reference is kept for each connector.
 */
const roles: readonly Role[] = [finance, warehouse];
const roleOf = (kind: CommandKind): Role => roles.find(({ commands }) => commands[kind] !== undefined) ?? finance;
const has = (given: TrytonSettings, { name }: Role): boolean => given.uses === "both" || given.uses === name;
/** @throws Ended where the settings do not give this Tryton that role */
function usedFor(session: Session<TrytonSettings, TrytonSecrets>, command: OutboundCommand): Role {
  const role = roleOf(command.kind);
  return has(session.settings, role) ? role : refuse("TEC-05", `${system} is not set up for ${role.name}: change the route, or what the connector is used for`);
}

/** A feed of a role that this Tryton does not have tells nothing. */
const feedOf = (role: Role) => (feed: TrytonFeed): TrytonFeed => ({ ...feed, read: (session, cursor) => (has(session.settings, role) ? feed.read(session, cursor) : Promise.resolve(ok({ messages: [], cursor, more: false }))) });

const censusOf = (role: Role) => (census: TrytonCensus): TrytonCensus => ({ ...census, list: (session, span, at) => (has(session.settings, role) ? census.list(session, span, at) : Promise.resolve(ok({ messages: [], rows: 0, total: 0, next: null }))) });

const kindOf = z.looseObject({ kind: z.string() });
function toCanonical(input: TranslationInput<TrytonSettings>): Translation {
  const read = readJson(textOf(input.body), kindOf);
  return read.ok ? (roles.find(({ messages }) => messages.has(read.value.kind)) ?? finance).toCanonical(input) : read;
}

export const tryton = defineConnector<TrytonSettings, TrytonSecrets>({
  type: "tryton", title: "Tryton 6.0", grade: "proven", capabilities: ["finance", "warehouse"], settings, secrets,
  limits: { concurrency: 8, perMinute: 3000, callTimeoutMs: 20_000 },
  serializeBy: (kind) => roleOf(kind).serializeBy(kind),
  cannot: ["recognise a repeated request: every second try is preceded by a look-up", ...roles.flatMap(({ cannot }) => cannot)],
  commands: Object.assign({}, ...roles.map(({ commands }) => commands)) as Role["commands"],
  feeds: roles.flatMap((role) => role.feeds.map(feedOf(role))), censuses: roles.flatMap((role) => role.censuses.map(censusOf(role))), webhook: null,
  check: async (session) => {
    try {
      const readable: string[] = [];
      for (const role of roles) if (has(session.settings, role)) readable.push(await role.check(session));
      return ok({ detail: `${readable.join(" and ").replace(/^t/, "T")} ${readable.length > 1 ? "are" : "is"} readable` });
    } catch (error) {
      return { ok: false, error: failedRead(error).failure };
    }
  },
  send: async (session, command) => {
    try {
      return await usedFor(session, command).send(session, command);
    } catch (error) {
      if (error instanceof Ended) return error.outcome;
      throw error;
    }
  },
  lookup: async (session, command) => {
    try {
      return await usedFor(session, command).lookup(session, command);
    } catch (error) {
      return failedRead(error);
    }
  },
  verify: async (session, command, reference) => {
    try {
      return await usedFor(session, command).verify(session, command, reference);
    } catch (error) {
      return failedRead(error);
    }
  },
  toCanonical,
});
