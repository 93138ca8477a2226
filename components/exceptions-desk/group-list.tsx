"use client";
import Link from "next/link";
import { Age } from "@/components/ui/age";
import { Checkbox } from "@/components/ui/checkbox";
import { CommandProgress } from "@/components/ui/command-progress";
import { Icon } from "@/components/ui/icon";
import { Kind, type KindName } from "@/components/ui/kind";
import { LoadMore } from "@/components/ui/load-more";
import { GroupStatus, type GroupMark } from "@/components/ui/status-mark";
import { Sums } from "@/components/ui/sums";
import type { ExceptionGroupRow } from "@/server/api/shapes";
import { causeKey, causeName, causeText } from "./cause";
import { deskHref, type DeskSearch } from "./search";
import { fetchWords } from "./words";

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** One line for each cause: what, state, money, how many, oldest, promised today, and how far a fix is. */
export function GroupList({ groups, search, active, shown, picked, onPick, pages }: { groups: readonly ExceptionGroupRow[]; search: DeskSearch; active: string | undefined; shown: string | undefined; picked: ReadonlySet<string>; onPick: (fingerprint: string) => void; pages: Parameters<typeof LoadMore>[0]["pages"] }) {
  return (
    <ul className="gl" aria-label="Groups">
      {groups.map((group) => (
        <li key={group.fingerprint} className="g" aria-current={group.fingerprint === shown ? true : undefined} data-active={group.fingerprint === active ? true : undefined} data-key={group.fingerprint}>
          <span className="gk"><Checkbox aria-label={`Tick ${causeText(group)}`} checked={picked.has(group.fingerprint)} onChange={() => { onPick(group.fingerprint); }} /><Kind of={group.kind as KindName} iconOnly /></span>
          <Link className="gm" href={deskHref(search, { group: group.fingerprint })} scroll={false}>
            <span className="g1"><span className="gt">{causeName(group)}</span></span>
            <span className="g2"><GroupStatus state={group.state as GroupMark} small /><span className="el"><span className="id">{causeKey(group).map(([, value]) => value).join(" · ")}</span> <span className="m2"><span className="whitespace-nowrap">{group.code}</span>{group.assigneeName ? ` · ${group.assigneeName}` : ` · ${group.team.replaceAll("_", " ")}`}</span></span></span>
            {group.fix && <CommandProgress slim words={group.fix.verb === "fetch" ? fetchWords : undefined} counts={{ waiting: group.fix.waiting, sending: group.fix.sending, accepted: group.fix.accepted, verified: group.fix.verified, rejected: group.fix.failed }} />}
            {group.state === "regressed" && <span className="sm m2"><Icon name="rotate-ccw" small /> came back, first seen <Age since={group.firstSeenAt} ago /></span>}
          </Link>
          <span className="gn"><b className="n"><Sums money={group.money} mode="whole" /></b><span className="sm m2 n">{group.documents === 0 ? "no document" : plural(group.documents, "document")}</span></span>
          <span className="go">
            <span className="n"><Age since={group.openedAt} /></span>
            {group.overdue ? <span className="sm"><Icon name="clock-alert" small /> overdue</span> : group.promisedToday > 0 ? <span className="sm n"><Icon name="flag" small /> {group.promisedToday} today</span> : null}
          </span>
        </li>
      ))}
      {pages.hasNextPage && <li><LoadMore pages={pages} /></li>}
    </ul>
  );
}
