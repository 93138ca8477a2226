"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import type { ExceptionDetail } from "@/server/api/shapes";

const kinds: Record<string, { kind: "customer" | "item" | "unit"; of: "customer" | "item" | "unit" }> = { "MAP-01": { kind: "customer", of: "customer" }, "MAP-02": { kind: "item", of: "item" }, "MAP-03": { kind: "unit", of: "unit" } };

/** A missing mapping, written where it is missed: what waits for it goes on by itself. */
export function FixOnce({ detail }: { detail: ExceptionDetail }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [canonical, setCanonical] = useState("");
  const map = useMutation(trpc.exceptions.map.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }));
  const { group } = detail;
  const what = kinds[group.code];
  const system = group.key["connector"];
  const code = what && (group.key[what.of] ?? group.key["code"]);
  if (!what || !system || !code || group.state === "resolved") return null;
  return (
    <Note title="Fix once" sub={`${what.kind}, as ${system} calls it`}>
      <form className="row wrap pt-1.5" onSubmit={(event) => { event.preventDefault(); if (canonical.trim()) map.mutate({ entity: group.entity, kind: what.kind, system, code, canonical, reason: "" }); }}>
        <span className="id">{code}</span><Icon name="arrow-right" small />
        <span className="w-40"><Input mono list={detail.units.length > 0 ? "known-units" : undefined} aria-label={`Our ${what.kind}`} value={canonical} onChange={(event) => { setCanonical(event.target.value); }} /></span>
        <Button type="submit" variant="primary" pending={map.isPending} why={detail.missing.map ?? undefined}>Map and release {group.count}</Button>
      </form>
      {detail.units.length > 0 && <p className="sm m2">{group.key["item"]} is kept in {detail.units.join(", ")}.</p>}
      {detail.units.length > 0 && <datalist id="known-units">{detail.units.map((unit) => <option key={unit} value={unit} />)}</datalist>}
      {map.isSuccess && <p className="sm" role="status">Written. {map.data.waiting} that wait for it are planned again.</p>}
      {map.isError && <p className="sm c-drift" role="alert">{map.error.message}</p>}
    </Note>
  );
}
