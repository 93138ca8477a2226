import { randomUUID } from "node:crypto";
import type { Instant } from "@/server/domain/instant";
import { mailText, nextMailTryMs } from "@/server/domain/notices";
import type { Integrations } from "@/server/integrations/runtime";
import { noticeMail } from "./notice-mail";
import type { BrokerHealth, NoticeStore } from "./ports";

const sendMs = 25_000;
/** Longer than a try may take: one whose lease ended was left by a worker that died. */
const leaseMs = 60_000;
/** In one turn; the rest goes in the next. */
const mostMails = 200;

export interface NoticeParts {
  store: NoticeStore;
  integrations: Pick<Integrations, "mailers" | "sendMail">;
  health: Pick<BrokerHealth, "refused">;
  now(this: void): Instant;
  /** Where people reach the tower. */
  address: string;
}

/** One turn: what began is written down, what is due goes into mails, and mails are tried. Answers how many were sent. Any number may run at once. */
export const tellPeople = ({ store, integrations, health, now, address }: NoticeParts) => async (): Promise<number> => {
  await store.raise(now());
  const mailers = await integrations.mailers();
  for (const due of await store.due(mailers)) await store.post(due, { id: randomUUID(), ...noticeMail(mailText(due.notices, due.delivery), due.delivery, address) });
  const usable = new Set(mailers.map(({ id }) => id));
  const messageIdOf = (id: string): string => `<${id}@${new URL(address).hostname}>`;
  let sent = 0;
  for (let count = 0; count < mostMails && usable.size > 0; count++) {
    const mail = await store.take([...usable], leaseMs);
    if (!mail) break;
    const answer = await integrations.sendMail(mail.connector, { messageId: messageIdOf(mail.id), to: mail.to, subject: mail.subject, text: mail.text, html: mail.html, unsubscribe: new URL("/notices", address).href }, AbortSignal.timeout(sendMs));
    if (answer.ok) { await store.sent(mail, answer.value.answer); sent += 1; continue; }
    const { code, message } = answer.error;
    await store.failed(mail, message, code === "REFUSED" ? null : nextMailTryMs(mail.tries));
    // a refused login is never tried in a loop; a server that is away is left alone until the next turn
    if (code === "TEC-02") await health.refused(mail.connector, message);
    if (code !== "REFUSED") usable.delete(mail.connector);
  }
  return sent;
};
