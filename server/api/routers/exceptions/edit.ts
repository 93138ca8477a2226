import { z } from "zod";
import { checkChanges, fieldsOf, readBody, withChanges } from "@/server/domain/message-edit";
import { mayDo } from "@/server/domain/rights";
import { failedMessage, type FailedMessage } from "@/server/read/message-edits";
import { demand, reader, refused, signedIn, unwrap, type Context } from "../../trpc";

const id = z.string().regex(/^\d{1,18}$/);
const reason = z.string().trim().min(3, "Say why, in a few words").max(1000);
const changes = z.array(z.object({ at: z.string().min(2).max(500).startsWith("/"), value: z.union([z.string().max(4000), z.number(), z.boolean(), z.null()]) })).min(1).max(50);

const applied = (message: FailedMessage) => message.edits.filter(({ state }) => state === "applied");

async function read(ctx: Context & { entities: readonly string[] | null; person: NonNullable<Context["person"]> }, message: string): Promise<{ message: FailedMessage; bytes: Uint8Array }> {
  const found = await failedMessage(ctx.services.query, ctx.entities, message);
  if (!found) throw refused({ code: "NOT_FOUND", message: "This message does not exist, or not in your entities" });
  demand(ctx.person, "payload.read", found.entity);
  return { message: found, bytes: Buffer.from(found.body, "base64") };
}

/** A message that could not be read, field by field, with what may be done to each and what persons did so far. */
const editable = reader.input(z.object({ message: id })).query(async ({ ctx, input }) => {
  const { message: { body: _bytes, ...message }, message: whole, bytes } = await read(ctx, input.message);
  const json = readBody(bytes), right = mayDo(ctx.person.grants, "message.edit", message.entity);
  const said = json.ok ? withChanges(json.value, applied(whole).flatMap((edit) => edit.changes)) : null;
  return {
    ...message, edition: applied(whole).length, fields: said === null ? [] : fieldsOf(said), person: ctx.person.id,
    why: !right.ok ? right.error.message : message.state !== "failed" ? "It is not refused any more" : !json.ok ? json.error.message : null,
  };
});

/** What would come of a message with these changes: the first thing that is still wrong, or what it would say. Writes nothing. */
const editPreview = reader.input(z.object({ message: id, changes })).query(async ({ ctx, input }) => {
  const { message, bytes } = await read(ctx, input.message);
  const json = readBody(bytes);
  if (!json.ok) throw refused(json.error);
  const before = applied(message).flatMap((edit) => edit.changes);
  const checked = checkChanges(withChanges(json.value, before), input.changes);
  if (!checked.ok) return { ok: false as const, message: checked.error.message, at: checked.error.at ?? null };
  const { id: messageId, connector, entity, sourceMessageId, contentType, correlationId, receivedAt } = message;
  const result = await ctx.services.rehearse({ id: messageId, connector, entity, sourceMessageId, contentType, correlationId, receivedAt, body: bytes, deaths: 0, changes: [...before, ...checked.value.changes] });
  if (result.verdict === "failed") return { ok: false as const, message: result.failure.message, at: result.failure.at ?? null };
  return { ok: true as const, sensitive: checked.value.sensitive, says: result.verdict === "excluded" ? [] : result.events.map(({ event, subject }) => ({ type: event.type, subject: String(subject) })) };
});

const edit = signedIn.input(z.object({ message: id, edition: z.number().int().min(0), changes, reason }))
  .mutation(async ({ ctx, input: { reason: why, ...wanted } }) => unwrap(await ctx.services.desk.editMessage(ctx.person, wanted, why)));

const decideEdit = signedIn.input(z.object({ edit: z.uuid(), verdict: z.enum(["approve", "reject", "withdraw"]), reason }))
  .mutation(async ({ ctx, input }) => unwrap(await ctx.services.desk.decideEdit(ctx.person, input.edit, input.verdict, input.reason)));

export const editProcedures = { editable, editPreview, edit, decideEdit };
