import type { CommandKind } from "@/server/domain/commands";
import type { Result } from "@/server/domain/result";
import type { FileMapping, MappingTrial } from "@/server/integrations/contract/mapping";

/** The part of JSON Schema (draft 2020-12) that a settings form is drawn from. */
export interface SettingsField {
  type?: "string" | "number" | "integer" | "boolean" | "object" | "array";
  title?: string; description?: string; default?: unknown; enum?: readonly (string | number)[]; const?: unknown;
  format?: string; pattern?: string; minLength?: number; maxLength?: number; minimum?: number; maximum?: number; exclusiveMinimum?: number; exclusiveMaximum?: number;
  /** Decides where secrets are sent: a change of it asks for all of them again. */
  address?: boolean;
  /** Of an address: what it may begin with; left out for https and http. */
  protocols?: readonly string[];
  /** A text of several lines. */
  multiline?: boolean;
  items?: SettingsField; properties?: Readonly<Record<string, SettingsField>>; required?: readonly string[];
}
export interface SettingsSchema extends SettingsField { properties?: Readonly<Record<string, SettingsField>> }

/** What a kind of connector is, as its code says. Plain data: it crosses the wire. */
export interface ConnectorDescription {
  /** Name in the registry; `connector.type` in the store. */
  type: string;
  title: string;
  /** `sandbox` is marked as such on every screen. */
  grade: "proven" | "contract-checked" | "sandbox";
  capabilities: readonly string[];
  /** What it cannot do, in plain words. */
  cannot: readonly string[];
  limits: { concurrency: number; perMinute: number; callTimeoutMs: number };
  commands: readonly { kind: string; verify: boolean; lookupBy: string | null }[];
  feeds: readonly { name: string; everyMs: number }[];
  /** What it can say exists, so that gaps are found. */
  censuses: readonly { name: string; kinds: readonly string[]; windowSeconds: number }[];
  webhook: boolean;
  /** Carries notices to people. */
  mail: boolean;
  /** Where it reads files by a mapping that people edit. */
  mapping: Pick<FileMapping, "setting" | "targets" | "sample"> | null;
  /** `z.toJSONSchema(connector.settings, { io: "input" })`, copied through JSON: what zod returns is no plain object. */
  settingsSchema: SettingsSchema;
  /** Keys of `connector.secrets`, with what people are told of each. Values never come out. */
  secretNames: readonly { name: string; title: string; required: boolean }[];
}

/** What screens may ask of the installed connectors; wired in composition. */
export interface Connectors {
  /** Every kind that is shipped, in the registry's order. */
  describe(): Promise<ConnectorDescription[]>;
  /** Names of the secrets that are set for an installed connector; empty where none is or the box does not open. */
  secretsSet(id: string): Promise<string[]>;
  /** What the rows of a sample would become by a mapping that need not be saved. SETTINGS: what is wrong with the mapping. Nothing is called, nothing is kept. */
  tryMapping(type: string, mapping: unknown, text: string): Promise<Result<MappingTrial>>;
  /** The same call with settings that are not saved: what is wrong with them, or what the system answered. Nothing is kept. */
  tryOut(row: { id: string; type: string; entity: string; settings: unknown; secrets: unknown }): Promise<Result<{ detail: string; tookMs: number }>>;
  /** One cheap authenticated call with the saved settings. `detail` and the failure are plain sentences without secrets. NOT_FOUND where there is no such connector. */
  check(id: string): Promise<Result<{ detail: string; tookMs: number }>>;
}

/** What the desk asks of the code behind a connector; wired in composition. */
export interface ConnectorTypes {
  /** Settings and secrets by the schema of the type. A name that it does not have is refused, unless it stood `before`: a kind may have lost it. */
  check(type: string, settings: unknown, secrets: unknown, before?: unknown): Result<true>;
  /** Whether it can do this kind of command. */
  can(type: string, kind: CommandKind): boolean;
  /** By which it orders its calls; null where any two may go at once. */
  serialKey(type: string, kind: CommandKind, payload: Readonly<Record<string, unknown>>): string | null;
  /** What decides where its calls, and with them its secrets, go: those settings by name, as the connector reads them. */
  destination(type: string, settings: unknown): Readonly<Record<string, unknown>>;
}
