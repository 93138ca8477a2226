"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Fragment, useState } from "react";
import { orderPath } from "@/components/order/href";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip, type ChipKind } from "@/components/ui/chip";
import { useClock } from "@/components/ui/clock";
import { dayText } from "@/components/ui/duration-text";
import { EmptyState } from "@/components/ui/empty-state";
import { Identifier } from "@/components/ui/identifier";
import type { IconName } from "@/components/ui/icon";
import { useKeys } from "@/components/ui/keys";
import { Input } from "@/components/ui/input";
import { moved } from "@/components/ui/row-cursor";
import { Segmented } from "@/components/ui/segmented";
import { useWide } from "@/components/ui/use-wide";
import { Said } from "@/components/ui/said";
import type { TraceAnswer } from "@/server/api/shapes";
import { Diagram } from "./diagram";
import { LoneMessages } from "./lone-messages";
import { Payload } from "./payload";

type Entry = TraceAnswer["story"][number];
const looks: Record<string, { icon: IconName; kind: ChipKind; word: string }> = {
  message: { icon: "message", kind: "plain", word: "Message" }, event: { icon: "circle-dot", kind: "plain", word: "Fact" }, attempt: { icon: "send", kind: "line", word: "Call" }, milestone: { icon: "check", kind: "line", word: "Milestone" },
  hold: { icon: "hand", kind: "hold", word: "Hold" }, exception: { icon: "scale", kind: "biz", word: "Exception" }, decision: { icon: "user", kind: "line", word: "Decision" },
};
const words = (value: string): string => value.replaceAll("_", " ");
const href = (entry: Entry): string | null => (entry.what === "hold" || entry.what === "decision" ? `/held?hold=${entry.link ?? ""}` : entry.what === "exception" ? `/exceptions?group=${encodeURIComponent(entry.link ?? "")}` : null);

/** Any identifier: what it is, and everything that happened around it, in time. */
export function TraceView({ q, subject, view, initial }: { q: string; subject: string | undefined; view: "diagram" | "list" | null; initial: TraceAnswer | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { timeZone } = useClock();
  const [text, setText] = useState(q);
  const [open, setOpen] = useState<{ kind: "message" | "attempt"; id: string } | null>(null);
  const wide = useWide();
  const shape = view ?? (wide ? "diagram" : "list");
  const here = (next: "diagram" | "list"): string => `/trace?q=${encodeURIComponent(q)}${subject ? `&subject=${encodeURIComponent(subject)}` : ""}&view=${next}`;
  const input = { q, ...(subject ? { subject } : {}) };
  const answer = useQuery({ ...trpc.trace.find.queryOptions(input), enabled: q !== "", ...(initial ? { initialData: initial } : {}) });
  const step = (by: number): void => {
    const openable = [...document.querySelectorAll<HTMLElement>("[data-story] button")];
    openable[moved(openable.findIndex((one) => one === document.activeElement), by, openable.length)]?.focus();
  };
  useKeys([{ keys: "j", label: "next message or call", run: () => { step(1); } }, { keys: "k", label: "message or call before", run: () => { step(-1); } }, { keys: "d", label: "diagram or list", run: () => { if (q !== "") router.push(here(shape === "diagram" ? "list" : "diagram"), { scroll: false }); } }]);
  const { matches = [], messages = [], chosen = null, story = [] } = answer.data ?? {};
  return (
    <Page title="Trace" hints={[{ keys: ["/"], label: "identifier" }, { keys: ["J", "K"], label: "message or call" }, { keys: ["enter"], label: "show" }, { keys: ["d"], label: "diagram or list" }]} footEnd={story.length > 0 ? `${story.length} entries` : undefined}>
      <form className="bar" role="search" onSubmit={(event) => { event.preventDefault(); router.push(`/trace?q=${encodeURIComponent(text.trim())}`); }}>
        <span className="tq"><Input icon="search" data-filter mono aria-label="Any identifier" placeholder="Order, purchase order, shipment, tracking, invoice, receipt, message, correlation id" value={text} onChange={(event) => { setText(event.target.value); }} /></span>
        <Button type="submit">Trace</Button>
      </form>
      <h2 className="vh">{chosen === null ? (messages.length > 0 ? "Messages" : "Nothing is traced") : "Story"}</h2>
      {q === "" ? <EmptyState icon="waypoints" title="Type any identifier">It says what it is and shows everything that happened around it, in every system.</EmptyState>
        : chosen === null && messages.length > 0 ? <LoneMessages messages={messages} onOpen={(id) => { setOpen({ kind: "message", id }); }} />
        : chosen === null ? <EmptyState icon="search" title={`Nothing is known as ${q}`}>Check the spelling; letters and digits count, blanks and dashes do not. The beginning of a number is enough.</EmptyState>
        : <>
            <div className="bar tall wrap">
              <b>{words(chosen.kind)}</b> <Identifier {...(chosen.kind === "order" ? { href: orderPath(chosen.number, chosen.entity) } : {})}>{chosen.number}</Identifier>
              <span className="m2">{chosen.customerName}</span><span className="m3 sm">found by its {words(chosen.identifierKind)}</span><span className="grow" />
              {matches.filter((match) => match.subjectId !== chosen.subjectId).slice(0, 6).map((match) => <Link key={match.subjectId} className="ln sm" href={`/trace?q=${encodeURIComponent(q)}&subject=${encodeURIComponent(match.subjectId)}`}>{words(match.kind)} {match.number}</Link>)}
              <Segmented label="Shown as" value={shape} options={[{ value: "diagram", label: "Diagram", href: here("diagram") }, { value: "list", label: "List", href: here("list") }]} />
            </div>
            {messages.length > 0 && <LoneMessages messages={messages} onOpen={(id) => { setOpen({ kind: "message", id }); }} />}
            {shape === "diagram" ? <Diagram story={story} onOpen={(entry) => { if (entry.link !== null) setOpen({ kind: entry.what === "message" ? "message" : "attempt", id: entry.link }); }} /> : <ol className="tl" aria-label="Story" data-story>
              {story.map((entry, index) => {
                const day = dayText(entry.at, timeZone);
                const look = looks[entry.what] ?? { icon: "circle-dot" as const, kind: "plain" as const, word: entry.what };
                const link = href(entry);
                return (
                  <Fragment key={index}>{(index === 0 || day !== dayText(story[index - 1]?.at ?? entry.at, timeZone)) && <li className="tl-day"><h3 className="sm m2">{day}</h3></li>}<li>
                    <span className="n m2"><Clock at={entry.at} seconds /></span>
                    <span><Chip kind={look.kind} icon={look.icon} small>{look.word}</Chip></span>
                    <span className="min-w-0"><b>{entry.what === "message" ? entry.title : words(entry.title)}</b> <span className="m3">{entry.lane}</span>{entry.detail && <span className="sm m2"> <Said>{entry.detail}</Said></span>}{link && <> <Link className="ln sm" href={link}>open</Link></>}
                      {(entry.what === "message" || entry.what === "attempt") && entry.link && <> <Button size="xs" variant="ghost" onClick={() => { setOpen({ kind: entry.what as "message" | "attempt", id: entry.link ?? "" }); }}>show</Button></>}</span>
                    <span className="sm m2">{entry.outcome ? words(entry.outcome) : ""}</span>
                  </li></Fragment>
                );
              })}
            </ol>}
          </>}
      {open && <Payload kind={open.kind} id={open.id} onClose={() => { setOpen(null); }} />}
    </Page>
  );
}
