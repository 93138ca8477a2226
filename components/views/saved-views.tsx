"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import type { SavedView, ViewPage } from "@/server/api/shapes";

/** Named filters of this list: one's own and those that colleagues share. `href` is the list as it is shown now. */
export function SavedViews({ page, href }: { page: ViewPage; href: string }) {
  const trpc = useTRPC();
  const views = useQuery(trpc.views.list.queryOptions({ page }));
  const query = href.split("?")[1] ?? "";
  const current = views.data?.find((view) => view.query === query);
  return (
    <Popover label="Saved views" align="end" trigger={<Button size="xs" icon="bookmark">{current ? current.name : "Views"}</Button>}>
      <div className="grid gap-3 vw">
        {views.data && views.data.length > 0
          ? <ul aria-label="Saved views">{views.data.map((view) => <View key={view.id} view={view} page={page} current={view.query === query} />)}</ul>
          : <p className="sm m2">No view is kept yet. Choose filters, then give them a name.</p>}
        <Keep page={page} query={query} />
      </div>
    </Popover>
  );
}

function View({ view, page, current }: { view: SavedView; page: ViewPage; current: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [copied, setCopied] = useState(false);
  const remove = useMutation(trpc.views.remove.mutationOptions({ onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.views.list.queryKey() }) }));
  const copy = (): void => { void navigator.clipboard.writeText(`${location.origin}/${page}?view=${view.id}`).then(() => { setCopied(true); }); };
  return (
    <li className="row">
      <Link className="menu-item grow" href={view.query === "" ? `/${page}` : `/${page}?${view.query}`} aria-current={current ? "page" : undefined}>
        <span className="menu-mark">{current && <Icon name="check" />}</span><span className="el">{view.name}</span>{!view.mine && <span className="menu-end">{view.owner}</span>}{view.mine && view.shared && <span className="menu-end">shared</span>}
      </Link>
      <Button size="xs" variant="ghost" icon={copied ? "check" : "link"} label={copied ? `Link to ${view.name} copied` : `Copy the link to ${view.name}`} onClick={copy} />
      {view.mine && <Button size="xs" variant="ghost" icon="x" label={`Remove ${view.name}`} pending={remove.isPending} onClick={() => { remove.mutate({ id: view.id }); }} />}
    </li>
  );
}

function Keep({ page, query }: { page: ViewPage; query: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useMutation(trpc.views.save.mutationOptions({ onSuccess: () => { setName(""); return queryClient.invalidateQueries({ queryKey: trpc.views.list.queryKey() }); } }));
  return (
    <form className="grid gap-2" onSubmit={(event) => { event.preventDefault(); if (name.trim()) save.mutate({ page, name, query, shared }); }}>
      <Field label="Keep what is shown as" error={save.error?.message}><Input required maxLength={60} autoComplete="off" value={name} onChange={(event) => { setName(event.target.value); }} /></Field>
      <div className="row"><Checkbox checked={shared} onChange={() => { setShared(!shared); }}>Shared with everybody</Checkbox><span className="grow" /><Button type="submit" size="xs" variant="primary" pending={save.isPending}>Keep</Button></div>
      {save.isSuccess && <p className="sm" role="status">Kept.</p>}
    </form>
  );
}
