import { z } from "zod";

/** The only reader of `process.env`. A wrong or missing value stops the process with one sentence that names it. */
const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  NEXTAUTH_SECRET: z.string().min(16),
  NEXTAUTH_URL: z.url().default("http://127.0.0.1:3000"),
  /** 32 random bytes in base64; seals connector secrets at rest. */
  TOWER_SECRET_KEY: z.base64().refine((value) => Buffer.from(value, "base64").length === 32, "must be 32 bytes in base64"),
  TOWER_DEMO: z.enum(["0", "1"]).default("0"),
  TOWER_STATE_DIR: z.string().default(".tower"),
  TOWER_WORKERS: z.coerce.number().int().min(1).max(16).default(1),
  /** Connections of one process to PostgreSQL. */
  TOWER_POOL: z.coerce.number().int().min(2).max(100).default(10),
  /** What one web process lets in at its doors at once, and how many messages may wait before it lets in no more. */
  TOWER_DOOR_REQUESTS: z.coerce.number().int().min(1).max(10_000).default(256),
  TOWER_DOOR_MB: z.coerce.number().int().min(10).max(4_096).default(64),
  /** Seconds in which a request to the doors must have come. */
  TOWER_DOOR_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  TOWER_BACKLOG: z.coerce.number().int().min(1_000).max(100_000_000).default(1_000_000),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** What groups of the provider give, as `group=entity:role` parted by semicolons; entity `*` is every one. */
  OIDC_GROUPS: z.string().default("").transform((text, context) => {
    const given = text.split(";").map((one) => one.trim()).filter((one) => one !== "");
    return given.flatMap((one) => {
      const match = /^(.+)=(\*|[A-Z0-9]{2,12}):(viewer|ops|finance|admin)$/.exec(one);
      if (match) return [{ group: match[1] as string, entity: match[2] as string, role: match[3] as "viewer" | "ops" | "finance" | "admin" }];
      context.addIssue({ code: "custom", message: `must be group=entity:role parted by semicolons, not ${one}` });
      return [];
    });
  }),
  /** Who comes with no group that is known here: keeps what an administrator gave (`none`), sees every entity (`viewer`), or is turned away (`refuse`). */
  OIDC_WITHOUT_GROUP: z.enum(["none", "viewer", "refuse"]).default("none"),
  OIDC_NAME: z.string().default("Single sign-on"),
});
export type Env = z.infer<typeof schema>;

let cached: Env | undefined;

export function env(): Env {
  if (cached) return cached;
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) throw new Error(`Environment: ${parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ")}`);
  cached = parsed.data;
  return cached;
}

/** A secret that the command line is told to take from a variable by its name. */
export const secretFrom = (variable: string): string | undefined => process.env[variable] || undefined;

/** For those who build pages: shows the primitives at /gallery. */
export const galleryShown = (): boolean => process.env["TOWER_GALLERY"] === "1";

/** Read apart from the rest: the log must work before, and when, the environment is found wrong. */
export const logLevel = (): string => schema.shape.LOG_LEVEL.catch("info").parse(process.env["LOG_LEVEL"]);
