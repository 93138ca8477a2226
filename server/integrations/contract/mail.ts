import type { Result } from "@/server/domain/result";
import type { Session } from "./connector";

/** One message to one person. Its id is the same in every try, so that a mailbox can drop what came twice. */
export interface OutboundMail { messageId: string; to: { name: string; address: string }; subject: string; text: string; html: string; /** Where the recipient chooses what is told. */ unsubscribe: string }

/** A system that carries mail to people. */
export interface Mailer<Settings, Secrets> {
  /** Tries once. REFUSED: the server will never take it (5xx); TEC-02: it refused our login; TEC-01: all else, also an answer that did not come, after which it may have been taken. */
  send(session: Session<Settings, Secrets>, mail: OutboundMail): Promise<Result<{ answer: string }>>;
}
