import { keepable } from "@/server/domain/text";
import type { Inbox, InboundInput, StoredMessage } from "./ports";

/**
 * First stage: the bytes as they came are stored before anything is understood. The same id again with the same content is
 * `repeated` and changes nothing; with other content it is a `conflict`, both are kept and CTR-02 is opened.
 * One answer for each input, in their order. The sender was verified before. Names that no column takes are written as they
 * can be kept, so that the bytes are kept whatever is in them, and what cannot be understood is said of the message alone.
 */
export async function receive(inbox: Inbox, inputs: readonly InboundInput[]): Promise<StoredMessage[]> {
  return inputs.length === 0 ? [] : inbox.store(inputs.map(named));
}

const named = (input: InboundInput): InboundInput =>
  ({ ...input, sourceMessageId: keepable(input.sourceMessageId), contentType: keepable(input.contentType), correlationId: keepable(input.correlationId) });
