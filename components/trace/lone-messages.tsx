import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Moment } from "@/components/ui/age";
import { Said } from "@/components/ui/said";
import type { TraceAnswer } from "@/server/api/shapes";

const stands: Readonly<Record<string, string>> = { received: "It was stored and waits to be read.", excluded: "It says nothing that is kept here.", normalized: "It was read, and told of no document." };

/** Messages that told of no document: each is kept as it came, with why it stops where it does. */
export function LoneMessages({ messages, onOpen }: { messages: TraceAnswer["messages"]; onOpen: (id: string) => void }) {
  return (
    <ul className="tl" aria-label="Messages that told of no document" data-story>
      {messages.map((message) => (
        <li key={message.id}>
          <span className="m2"><Moment at={message.receivedAt} seconds /></span>
          <span><Chip kind="plain" icon="message" small>Message</Chip></span>
          <span className="min-w-0"><b className="wrap-anywhere">{message.sourceId}</b> <span className="m3">{message.connector}</span> <span className="sm m2"><Said>{message.why ?? stands[message.state] ?? ""}</Said></span>
            {message.cause !== null && <> <Link className="ln sm" href={`/exceptions?group=${encodeURIComponent(message.cause)}`}>open</Link></>} <Button size="xs" variant="ghost" onClick={() => { onOpen(message.id); }}>show</Button></span>
          <span className="sm m2">{message.state}</span>
        </li>
      ))}
    </ul>
  );
}
