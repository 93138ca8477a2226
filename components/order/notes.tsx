"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { useKeys } from "@/components/ui/keys";
import { Textarea } from "@/components/ui/textarea";

/** Notes of one subject, newest first. */
export function Notes({ subject, why }: { subject: string; why: string | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  useKeys([{ keys: "n", label: "note", run: () => { box.current?.focus(); } }]);
  const notes = useQuery(trpc.orders.notes.queryOptions({ subject }));
  const add = useMutation(trpc.exceptions.note.mutationOptions({ onSuccess: () => { setText(""); return queryClient.invalidateQueries(); } }));
  return (
    <div className="grid gap-2">
      {notes.data?.map((note) => <p key={note.id} className="sm"><b>{note.author}</b> <span className="m3"><Age since={note.createdAt} ago /></span><br />{note.text}</p>)}
      <form className="row items-start" onSubmit={(event) => { event.preventDefault(); if (why === undefined && text.trim()) add.mutate({ kind: "subject", id: subject, text }); }}>
        <span className="grow"><Textarea aria-label="New note" rows={1} ref={box} value={text} onChange={(event) => { setText(event.target.value); }} /></span>
        <Button type="submit" pending={add.isPending} why={why}>Add note</Button>
      </form>
      {add.isError && <p role="alert" className="sm c-drift">{add.error.message}</p>}
    </div>
  );
}
