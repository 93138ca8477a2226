"use client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Sums } from "@/components/ui/sums";
import type { CauseBucket, CausePart, ExceptionGroupRow } from "@/server/api/shapes";
import { bucketName, partWords } from "./buckets";
import { GroupList } from "./group-list";
import { deskHref, type DeskSearch } from "./search";

/** The causes of one bucket: each opens with the list narrowed to what they share. */
export function BucketDetail({ bucket, by, groups, search, picked, onPick, pages }: { bucket: CauseBucket; by: CausePart; groups: readonly ExceptionGroupRow[]; search: DeskSearch; picked: ReadonlySet<string>; onPick: (fingerprint: string) => void; pages: Parameters<typeof GroupList>[0]["pages"] }) {
  const { name, mark } = bucketName(by, bucket);
  const { open: _open, by: _by, ...rest } = search;
  const inside: DeskSearch = { ...rest, filter: { ...search.filter, [by]: bucket.value } };
  return (
    <section className="dt bd" aria-label="Selected bucket">
      <div className="dh">
        <span className="back"><Button variant="ghost" icon="arrow-left" label="Back to the list" href={deskHref(search, { open: null })} /></span>
        <div className="grow">
          <p className="sm m2">{partWords[by]}{mark !== null && mark !== "team" && <> <span className="id">{mark}</span></>}</p>
          <h2 className="dtt">{name}</h2>
          <p className="pt-2"><Button size="xs" icon="funnel" href={deskHref(inside, {})}>Only {bucket.causes === 1 ? "this cause" : `these ${bucket.causes} causes`}</Button></p>
        </div>
        <div className="dm">
          <span><b className="n"><Sums money={bucket.money} mode="whole" /></b><span className="sm m2">{search.filter.tab === "resolved" ? "was at stake" : "at stake"}</span></span>
          <span><b className="n">{bucket.documents === 0 ? "–" : bucket.documents}</b><span className="sm m2">{bucket.documents === 1 ? "document" : "documents"}</span></span>
          <span><b className="n"><Age since={bucket.openedAt} /></b><span className="sm m2">oldest</span></span>
        </div>
      </div>
      <GroupList groups={groups} search={inside} active={undefined} shown={undefined} picked={picked} onPick={onPick} pages={pages} />
    </section>
  );
}
