import { z } from "zod";
import { examples } from "@/server/domain/contracts/examples";
import { cloudEventType, contracts, type EventType } from "@/server/domain/contracts/registry";
import { acceptedTypes } from "@/server/integrations/contract/cloud-event";

export interface PublishedContract { type: string; name: EventType; version: number; schema: unknown; example: unknown }

/** JSON Schema of what a sender may write (draft 2020-12), made from the schema that checks it. */
const inputSchema = (type: EventType): unknown => z.toJSONSchema(contracts[type].schema, { io: "input", unrepresentable: "any" });

/** A whole CloudEvent that the front door accepts. */
const exampleEvent = (type: EventType): Record<string, unknown> => ({
  specversion: "1.0", id: `example-${type}`, source: "/example", type: cloudEventType(type), time: "2026-03-11T17:00:00Z", datacontenttype: "application/json",
  ...(contracts[type].key === null ? { subject: `${contracts[type].subject}/SH-5501` } : {}), data: examples[type],
});

export const publishedContracts = (): PublishedContract[] =>
  acceptedTypes.map((type) => ({ type: cloudEventType(type), name: type, version: contracts[type].version, schema: inputSchema(type), example: exampleEvent(type) }));
