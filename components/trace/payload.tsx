"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/client";
import { differencesOf } from "@/components/exceptions-desk/edit-shape";
import { Age } from "@/components/ui/age";
import { DifferenceList } from "@/components/ui/difference-list";
import { Dialog } from "@/components/ui/dialog";
import { SkeletonRows } from "@/components/ui/skeleton";

const pretty = (value: unknown): string => { if (typeof value !== "string") return JSON.stringify(value, null, 2); try { return JSON.stringify(JSON.parse(value), null, 2); } catch { return value; } };

/** What went over the wire, with secrets masked. */
export function Payload({ kind, id, onClose }: { kind: "message" | "attempt"; id: string; onClose: () => void }) {
  const trpc = useTRPC();
  const message = useQuery({ ...trpc.trace.message.queryOptions({ id }), enabled: kind === "message" });
  const attempt = useQuery({ ...trpc.trace.attempt.queryOptions({ id }), enabled: kind === "attempt" });
  const error = message.error ?? attempt.error;
  const parts: [string, unknown][] = message.data ? [["Headers", message.data.headers], ["Body", message.data.body]] : attempt.data ? [["Request", attempt.data.request], ["Answer", attempt.data.response]] : [];
  return (
    <Dialog open onOpenChange={(next) => { if (!next) onClose(); }} wide title={message.data ? `Message ${message.data.sourceMessageId}` : attempt.data ? `${attempt.data.purpose} ${attempt.data.kind}` : "Loading"} description={message.data?.errorMessage ?? attempt.data?.message ?? undefined}>
      {message.data?.edits.map((edit) => <section key={edit.at} className="grid gap-1"><p className="sm">{edit.author} changed this <Age since={edit.at} ago />{edit.confirmedBy === null ? "" : `, confirmed by ${edit.confirmedBy}`}; the body below is as it came.</p><DifferenceList rows={differencesOf(edit.changes)} /></section>)}
      {error ? <p role="alert">{error.message}</p> : parts.length === 0 ? <SkeletonRows rows={6} /> : parts.map(([name, value]) => <section key={name} className="pb-3"><h3 className="b pb-1">{name}</h3><pre className="id scrollx" tabIndex={0}>{pretty(value)}</pre></section>)}
    </Dialog>
  );
}
