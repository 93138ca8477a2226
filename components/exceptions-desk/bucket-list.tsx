"use client";
import Link from "next/link";
import { Age } from "@/components/ui/age";
import { Icon } from "@/components/ui/icon";
import { Kind, type KindName } from "@/components/ui/kind";
import { Sums } from "@/components/ui/sums";
import type { CauseBucket, CausePart } from "@/server/api/shapes";
import { bucketName, partWords } from "./buckets";
import { deskHref, type DeskSearch } from "./search";

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** One line for what causes share: money, causes, documents, oldest, promised today. */
export function BucketList({ buckets, by, search, active, shown }: { buckets: readonly CauseBucket[]; by: CausePart; search: DeskSearch; active: string | undefined; shown: string | undefined }) {
  return (
    <ul className="gl" aria-label={`By ${partWords[by].toLowerCase()}`}>
      {buckets.map((bucket) => {
        const { name, mark } = bucketName(by, bucket);
        return (
          <li key={bucket.value} className="g" aria-current={bucket.value === shown ? true : undefined} data-active={bucket.value === active ? true : undefined} data-key={bucket.value}>
            <span className="gk">{bucket.kinds.slice(0, 2).map((kind) => <Kind key={kind} of={kind as KindName} iconOnly />)}</span>
            <Link className="gm" href={deskHref(search, { open: bucket.value, group: null })} scroll={false}>
              <span className="g1"><span className="gt">{name}</span></span>
              <span className="g2"><span className="el">{mark !== null && <><span className="id">{mark}</span> <span className="m2">· </span></>}<span className="m2">{plural(bucket.causes, "cause")}</span></span></span>
            </Link>
            <span className="gn"><b className="n"><Sums money={bucket.money} mode="whole" /></b><span className="sm m2 n">{bucket.documents === 0 ? "no document" : plural(bucket.documents, "document")}</span></span>
            <span className="go">
              <span className="n"><Age since={bucket.openedAt} /></span>
              {bucket.overdue ? <span className="sm"><Icon name="clock-alert" small /> overdue</span> : bucket.promisedToday > 0 ? <span className="sm n"><Icon name="flag" small /> {bucket.promisedToday} today</span> : null}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
