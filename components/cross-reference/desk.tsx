"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { DataList, type DataListProps } from "@/components/ui/data-list";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Region } from "@/components/ui/region";
import { Select } from "@/components/ui/select";
import type { CrossReferenceDesk, CrossReferencePage, MappingRow } from "@/server/api/shapes";
import { MappingForm } from "./form";
import { ImportMappings } from "./import";
import { Missing } from "./missing";
import { pairsHref } from "./pairs-words";
import { mappingHref, openText, type MappingSearch } from "./search";
import { kindOptions, kindWords } from "./words";

const columns: DataListProps<MappingRow>["columns"] = [
  { key: "kind", head: "Kind", from: "phone", width: "110px", cell: (row) => <span className="m2">{kindWords(row.kind)}</span> },
  { key: "system", head: "System", from: "phone", width: "110px", cell: (row) => row.system },
  { key: "code", head: "At the system", width: "min(180px, 50vw)", cell: (row) => <span className="id b el" title={row.code}>{row.code}</span> },
  { key: "own", head: "Ours", width: "min(180px, 46vw)", cell: (row) => <span className="id el" title={row.canonical}>{row.canonical}</span> },
  { key: "name", head: "Which is", from: "phone", width: "220px", cell: (row) => <span className="m2 el" title={row.name ?? undefined}>{row.name}</span> },
  { key: "used", head: "Looked at by", from: "phone", width: "110px", align: "right", cell: (row) => (row.used === 0 ? <span className="m3">nothing</span> : row.used === 1 ? "1 document" : `${row.used.toLocaleString("en-US")} documents`) },
  { key: "entity", head: "Entity", from: "desk", width: "70px", cell: (row) => <span className="m2 id">{row.entity}</span> },
  { key: "changed", head: "Changed", from: "desk", width: "160px", align: "right", cell: (row) => <span className="m2"><Age since={row.updatedAt} ago />{row.by !== null && `, ${row.by}`}</span> },
];

/** Height of the region above the list. */
const missingPx = (rows: number): number => (rows === 0 ? 0 : 84 + 34 * rows);

/** What each system calls our customers, items and the rest: what is missing first, then every row; one of them opened to be written. */
export function CrossReference({ search, initial, initialDesk }: { search: MappingSearch; initial: CrossReferencePage; initialDesk: CrossReferenceDesk }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { kind, system, q, open } = search;
  const filter = { ...(kind ? { kind: kind as "item" } : {}), ...(system ? { system } : {}) };
  const { data: desk } = useQuery({ ...trpc.crossReference.desk.queryOptions(filter), initialData: initialDesk });
  const pages = useInfiniteQuery(trpc.crossReference.list.infiniteQueryOptions({ ...filter, ...(q ? { q } : {}) }, { getNextPageParam: (page) => page.next ?? undefined, initialData: { pages: [initial], pageParams: [null] } }));
  const rows = useMemo(() => pages.data.pages.flatMap((page) => page.items), [pages.data]);
  const counted = desk.counts.filter((row) => (kind === undefined || row.kind === kind) && (system === undefined || row.system === system)).reduce((sum, { count }) => sum + count, 0);
  const whyOf = (entity: string): string | undefined => desk.entities.find(({ code }) => code === entity)?.missing ?? undefined;
  const mine = desk.entities.find(({ missing }) => missing === null);
  const why = mine === undefined ? desk.entities[0]?.missing ?? "Needs an entity first" : undefined;
  const close = (): void => { if (open !== undefined) router.push(mappingHref(search, { open: null }), { scroll: false }); };
  useKeys([
    { keys: "n", label: "new mapping", run: () => { if (why === undefined) router.push(mappingHref(search, { open: "new" }), { scroll: false }); } },
    { keys: "esc", label: "back to the list", run: close },
  ]);
  const key = open === undefined ? undefined : open === "new" ? "new" : openText(open);
  return (
    <Page title="Cross-reference" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["/"], label: "search" }, { keys: ["N"], label: "new" }]} footEnd={`${rows.length.toLocaleString("en-US")}${pages.hasNextPage ? ` of ${q === undefined ? counted.toLocaleString("en-US") : "more"}` : ""} ${rows.length === 1 && !pages.hasNextPage ? "row" : "rows"}`}>
      <div className="bar xr-bar">
        <SearchBox key={q ?? ""} q={q ?? ""} onSearch={(next) => { router.push(mappingHref(search, { q: next || null }), { scroll: false }); }} />
        <Select aria-label="Kind" value={kind ?? ""} onChange={(event) => { router.push(mappingHref(search, { kind: event.target.value || null }), { scroll: false }); }} options={[{ value: "", label: "All kinds" }, ...kindOptions]} />
        <Select aria-label="System" value={system ?? ""} onChange={(event) => { router.push(mappingHref(search, { system: event.target.value || null }), { scroll: false }); }} options={[{ value: "", label: "All systems" }, ...desk.systems.map(({ id, name }) => ({ value: id, label: name }))]} />
        <span className="grow" />
        <Button size="xs" icon="download" download href={mappingHref(search, { open: null }).replace("/cross-reference", "/cross-reference/csv")}>CSV</Button>
        {desk.toPair !== null && <Button size="xs" icon="list-checks" href={pairsHref({ kind, system })}>{desk.toPair === 0 ? "Pairs" : `${desk.toPair.toLocaleString("en-US")} to pair`}</Button>}
        <ImportMappings why={desk.importing ?? undefined} />
        <Button size="xs" icon="plus" why={why} href={mappingHref(search, { open: "new" })}>New mapping</Button>
      </div>
      <div className="sl" data-open={open !== undefined}>
        <div className="min-w-0">
          {desk.missing.length > 0 && <Region title="Missing" sub="what waits on a code that nobody mapped, most money first"><Missing rows={desk.missing} search={search} whyOf={whyOf} /></Region>}
          <h2 className="vh">Every mapping</h2>
          <DataList caption="Cross-reference" columns={columns} rows={rows} rowKey={(row) => openText({ ...row, canonical: "" })} rowName={(row) => `${kindWords(row.kind)} ${row.code}`} openKey={key} height={`max(320px, calc(100dvh - ${118 + missingPx(desk.missing.length)}px))`} hasMore={pages.hasNextPage} loadingMore={pages.isFetchingNextPage} onLoadMore={() => { void pages.fetchNextPage(); }}
            onOpen={(row) => { router.push(mappingHref(search, { open: { ...row, canonical: "" } }), { scroll: false }); }}
            empty={<EmptyState icon="link" title={counted === 0 && q === undefined ? "Nothing is mapped here yet" : "No mapping fits"} action={kind || system || q ? <Button size="xs" href={mappingHref({}, {})}>Without the filter</Button> : undefined}>{counted === 0 && q === undefined ? "A mapping says what a system’s code means here. Documents that need one wait and say so." : "Look for a part of a code, of our own name for it, or of what it is called."}</EmptyState>} />
        </div>
        {open !== undefined && <MappingForm key={key} open={open} desk={desk} search={search} />}
      </div>
    </Page>
  );
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (text: string) => void }) {
  const [value, setValue] = useState(q);
  return (
    <form role="search" className="xr-search" onSubmit={(event) => { event.preventDefault(); onSearch(value.trim()); }}>
      <Input data-filter type="search" aria-label="Code, our name, or what it is called" placeholder="Code, our name, or what it is called" maxLength={80} value={value} onChange={(event) => { setValue(event.target.value); if (event.target.value === "" && q !== "") onSearch(""); }} />
    </form>
  );
}
