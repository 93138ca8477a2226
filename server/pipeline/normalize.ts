import { contracts, isEventType } from "@/server/domain/contracts/registry";
import { subjectOf, type CanonicalEvent } from "@/server/domain/facts";
import { bodyWith } from "@/server/domain/message-edit";
import { fail, ok, type Failure, type Result } from "@/server/domain/result";
import { subjectId, type SubjectId } from "@/server/domain/subject";
import { unkeepablePlace, whyUnkeepable } from "@/server/domain/text";
import type { MessageResult, Ports, WaitingMessage } from "./ports";

/** A message over which this many workers died is set aside (TEC-05); the next would die too. */
const deathsAllowed = 3;
const claimMs = 60_000;

/** What a failed translation is called where the connector's own code is none of ours. */
const messageCodes = new Set(["CTR-01", "CTR-02", "CTR-03", "TEC-02", "TEC-05", "MAP-01", "MAP-02", "MAP-03", "MAP-04"]);

/**
 * Second stage: stored messages become canonical events, checked against the contract's version, or a contract exception
 * with the message kept for replay. Nothing is half done: events and state are committed together. Returns how many were taken.
 */
export async function normalizeWaiting(ports: Pick<Ports, "inbox" | "connectors">, limit: number): Promise<number> {
  const messages = await ports.inbox.claimWaiting(limit, claimMs);
  if (messages.length === 0) return 0;
  await ports.inbox.settle(await Promise.all(messages.map((message) => understand(ports, message))));
  return messages.length;
}

/** What a message says, with what persons gave for its fields; writes nothing. */
export async function understand(ports: Pick<Ports, "connectors">, message: WaitingMessage): Promise<MessageResult> {
  const failed = (failure: Failure): MessageResult => ({ id: message.id, verdict: "failed", failure: messageCodes.has(failure.code) ? failure : { ...failure, code: "CTR-01" } });
  if (message.deaths >= deathsAllowed) return failed({ code: "TEC-05", message: `Set aside: ${message.deaths} workers took this message and never came back` });
  const translated = await translate(ports, message);
  if (!translated.ok) return failed(translated.error);
  const { events, excluded } = translated.value;
  if (events.length === 0) return { id: message.id, verdict: "excluded", why: excluded ?? "Nothing in it is business of ours" };
  const checked: { event: CanonicalEvent; subject: SubjectId }[] = [];
  for (const event of events) {
    const result = check(event);
    if (!result.ok) return failed(result.error);
    checked.push(result.value);
  }
  return { id: message.id, verdict: "normalized", events: checked };
}

async function translate(ports: Pick<Ports, "connectors">, message: WaitingMessage): ReturnType<Ports["connectors"]["translate"]> {
  try {
    return await ports.connectors.translate(message.changes.length === 0 ? message : { ...message, body: bodyWith(message.body, message.changes) });
  } catch (error) {
    return fail("TEC-05", `The connector could not translate the message: ${(error as Error).message}`);
  }
}

/** Checks once more what the connector made: only what keeps its contract may become a fact. */
function check(event: CanonicalEvent): Result<{ event: CanonicalEvent; subject: SubjectId }> {
  if (!isEventType(event.type)) return fail("CTR-01", `No contract has the type ${String(event.type)}`, "type");
  const parsed = contracts[event.type].schema.safeParse(event.data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail("CTR-01", `${event.type}: ${issue?.path.join(".") ?? "data"} ${issue?.message ?? "is not valid"}`, issue?.path.join("."));
  }
  const whole = { ...event, data: parsed.data } as CanonicalEvent;
  const unkeepable = unkeepablePlace(whole.data) ?? unkeepablePlace({ ...whole, data: null });
  if (unkeepable) return fail("CTR-01", `${event.type}: ${unkeepable.join(".")}: ${whyUnkeepable}`, unkeepable.join("."));
  const subject = subjectOf(whole);
  return subject.ok ? ok({ event: whole, subject: subjectId(subject.value) }) : subject;
}
