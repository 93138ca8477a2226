"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useBulkAsk } from "@/components/bulk-actions/ask";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Select } from "@/components/ui/select";
import { moneyText } from "@/components/ui/money-text";
import type { ExceptionDetail } from "@/server/api/shapes";
import { bulkVerbs } from "@/server/domain/bulk";
import { documentKinds } from "@/server/domain/completeness";
import { endingWords } from "@/server/domain/exceptions";
import { resolutionWords, snoozes } from "./words";

/** A gap in what a source lists can be fetched; one in its control totals is of a source that cannot be asked. */
const isKind = (code: string | undefined): boolean => documentKinds.some((kind) => kind === code);
type Verb = "fetch" | "retry" | "restart" | "steps" | "edit" | "reroute" | "resolve" | "snooze" | "assign";

/** What a person may do about this cause: each verb with its effect in one line, and what is missing where it may not. */
export function Verbs({ detail, onEdit }: { detail: ExceptionDetail; onEdit: ((message: string) => void) }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  /** With how many were shown when it was asked: the page goes on being refreshed beneath the question, and a word about documents is about those alone. */
  const [{ open, shown }, setAsked] = useState<{ open: Verb | null; shown: number }>({ open: null, shown: 0 });
  const [resolution, setResolution] = useState<(typeof endingWords)[number]>("fixed_at_source");
  const [reference, setReference] = useState("");
  const [hours, setHours] = useState("24");
  const [connector, setConnector] = useState("");
  const bulk = useBulkAsk();
  const done = { onSettled: () => queryClient.invalidateQueries() };
  const retry = useMutation(trpc.exceptions.retry.mutationOptions(done));
  const fetch = useMutation(trpc.completeness.fetch.mutationOptions(done));
  const restart = useMutation(trpc.exceptions.restart.mutationOptions(done));
  const reroute = useMutation(trpc.exceptions.reroute.mutationOptions(done));
  const resolve = useMutation(trpc.exceptions.resolve.mutationOptions(done));
  const snooze = useMutation(trpc.exceptions.snooze.mutationOptions(done));
  const assign = useMutation(trpc.exceptions.assign.mutationOptions(done));
  const { fingerprint, count, state } = detail.group;
  const setOpen = (verb: Verb | null): void => { setAsked({ open: verb, shown: count }); };
  const ended = state === "resolved" ? "It is resolved already" : undefined;
  const money = detail.group.money.map(({ currency, amount }) => `, ${moneyText(amount, currency, "whole")}`).join("");
  const why = (verb: keyof ExceptionDetail["missing"]): string | undefined => detail.missing[verb] ?? ended;
  const whyNoRetry = why("retry") ?? (detail.wasRefused ? undefined : "Nothing of it was sent and refused: restart it instead");
  const inSteps = detail.wasRefused ? "retry" : "restart";
  const askInSteps = (): void => { bulk.ask(inSteps, { tab: state === "snoozed" ? "snoozed" : "open", filter: {}, fingerprints: [fingerprint] }); };
  const lacks = (verb: keyof ExceptionDetail["missing"]): boolean => detail.missing[verb] !== null;
  const refusal = async (work: Promise<unknown>): Promise<string | undefined> => { try { await work; return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; } };
  useKeys([
    { keys: "r", label: "retry", run: () => { if (whyNoRetry === undefined) setOpen("retry"); } },
    { keys: "e", label: "assign", run: () => { if (why("assign") === undefined) setOpen("assign"); } },
    { keys: "z", label: "snooze", run: () => { if (why("assign") === undefined) setOpen("snooze"); } },
  ]);
  const message = detail.items.find((item) => item.state === "open" && item.messageId !== null && item.subjectId === null)?.messageId ?? null;
  const isMissing = detail.group.code === "CMP-01" && isKind(detail.group.key["code"]) && detail.items.some(({ subjectId, messageId }) => subjectId === null && messageId === null);
  const rows: { verb: Verb; label: string; icon: "download" | "repeat" | "refresh" | "rows" | "shuffle" | "square-pen" | "check" | "moon" | "user"; kbd?: string; effect: string; why: string | undefined; lacks?: boolean }[] = [
    ...(isMissing ? [{ verb: "fetch" as const, label: "Fetch now", icon: "download" as const, effect: fetch.data ? `${fetch.data.asked} asked for. What comes is taken in as ever; it is fixed when it is held.` : "Asks the source once more and takes in what is missing, as if it had just been told.", why: why("retry"), lacks: lacks("retry") }] : []),
    { verb: "retry", label: "Retry", icon: "repeat", kbd: "R", effect: "Send the same documents again, as they are.", why: whyNoRetry, lacks: lacks("retry") },
    { verb: "restart", label: "Restart", icon: "refresh", effect: "Translate and plan again with today’s mapping and rules, then send.", why: why("restart") ?? (isMissing ? "Nothing of it is here to be planned: fetch it" : undefined), lacks: lacks("restart") },
    ...(count === 1 ? [] : [{ verb: "steps" as const, label: `${bulkVerbs[inSteps].label} in steps`, icon: "rows" as const, effect: "As a bulk action: 1, 10, 100 and the rest, each read back before the next. It stops by itself when too many fail.", why: why(inSteps) ?? (isMissing ? "Nothing of it is here to be planned: fetch it" : undefined), lacks: lacks(inSteps) }]),
    ...(message === null ? [] : [{ verb: "edit" as const, label: "Edit and retry", icon: "square-pen" as const, effect: "Change fields of one message; the original stays. Amount, tax, currency, account, customer, period: a second person.", why: why("edit"), lacks: lacks("edit") }]),
    { verb: "reroute", label: "Reroute", icon: "shuffle", effect: "Send through another connector; only where the old one did not act.", why: why("reroute") ?? (detail.otherConnectors.length === 0 ? "No other connector can take these" : undefined), lacks: lacks("reroute") },
    { verb: "resolve", label: "Resolve", icon: "check", effect: "With a reason code. “Posted by hand” asks for the number and reads it back.", why: why("resolve"), lacks: lacks("resolve") },
    { verb: "snooze", label: "Snooze", icon: "moon", kbd: "Z", effect: "Out of the open list until a time. Its age runs on.", why: why("assign"), lacks: lacks("assign") },
    { verb: "assign", label: "Assign to me", icon: "user", kbd: "E", effect: `Now with ${detail.group.assigneeName ?? detail.group.team.replaceAll("_", " ")}.`, why: why("assign"), lacks: lacks("assign") },
  ];
  const close = (next: boolean): void => { if (!next) setOpen(null); };
  return (
    <section aria-label="What you can do">
      <h3 className="b pb-2">What you can do</h3>
      {ended !== undefined && <p className="sm m2">Nothing is open here any more. If the next plan still finds it, the cause comes back and says so.</p>}
      {ended === undefined && rows.map((row) => (
        <div className="vr" key={row.verb}>
          <Button icon={row.icon} kbd={row.kbd} why={row.why} whyBelow whyIcon={row.lacks ? "lock" : "circle-dashed"} onClick={() => { if (row.verb === "fetch") fetch.mutate({ fingerprint }); else if (row.verb === "steps") askInSteps(); else if (row.verb === "edit") { if (message !== null) onEdit(message); } else setOpen(row.verb); }}>{row.label}</Button>
          <p className="sm m2">{row.effect}</p>
        </div>
      ))}
      {bulk.dialog}
      {fetch.isError && <p role="alert" className="sm c-drift">{fetch.error.message}</p>}
      <ConfirmAction open={open === "retry"} onOpenChange={close} title={`Retry ${count} of this cause`} effect={`Sends what was refused again${money}. Only what is read back counts as fixed.`} reason={detail.reasonNeeded ? "required" : "optional"} confirmLabel={`Retry ${count}${money}`}
        onConfirm={(reason) => refusal(retry.mutateAsync({ fingerprint, reason }))} />
      <ConfirmAction open={open === "restart"} onOpenChange={close} title={`Restart ${count} of this cause`} effect={`Plans them again with today’s mapping and rules and sends what is wanted${money}.`} reason={detail.reasonNeeded ? "required" : "optional"} confirmLabel={`Restart ${count}${money}`}
        onConfirm={(reason) => refusal(restart.mutateAsync({ fingerprint, reason }))} />
      <ConfirmAction open={open === "reroute"} onOpenChange={close} title="Send through another connector" effect="Applies to these documents; the route of later ones stays." reason="required" confirmLabel={`Reroute ${shown}`}
        onConfirm={(reason) => refusal(reroute.mutateAsync({ fingerprint, shown, connector: connector || (detail.otherConnectors[0]?.id ?? ""), reason }))}>
        <Field label="Connector"><Select value={connector || (detail.otherConnectors[0]?.id ?? "")} onChange={(event) => { setConnector(event.target.value); }} options={detail.otherConnectors.map(({ id, name }) => ({ value: id, label: name }))} /></Field>
      </ConfirmAction>
      <ConfirmAction open={open === "resolve"} onOpenChange={close} title={`Resolve ${shown} of this cause`} effect={`Ends them by your word${money}. If the condition is still there at the next plan, it comes back and says so.`} reason="required" confirmLabel={`Resolve ${shown}`}
        onConfirm={(reason) => refusal(resolve.mutateAsync({ fingerprint, shown, resolution, reason, ...(reference ? { reference } : {}) }))}>
        <Field label="Reason code"><Select value={resolution} onChange={(event) => { setResolution(event.target.value as typeof resolution); }} options={endingWords.map((code) => ({ value: code, label: resolutionWords[code] }))} /></Field>
        {resolution === "posted_by_hand" && <Field label="Number in the target" required><Input mono value={reference} onChange={(event) => { setReference(event.target.value); }} /></Field>}
      </ConfirmAction>
      <ConfirmAction open={open === "snooze"} onOpenChange={close} title="Snooze this cause" effect="It leaves the open list and returns by itself." reason="required" confirmLabel="Snooze"
        onConfirm={(reason) => refusal(snooze.mutateAsync({ fingerprint, until: new Date(Date.now() + Number(hours) * 3_600_000).toISOString(), reason }))}>
        <Field label="For"><Select value={hours} onChange={(event) => { setHours(event.target.value); }} options={snoozes.map(([value, label]) => ({ value, label }))} /></Field>
      </ConfirmAction>
      <ConfirmAction open={open === "assign"} onOpenChange={close} title="Assign to me" effect="You are shown as its owner to everybody." reason="none" confirmLabel="Assign to me" onConfirm={() => refusal(assign.mutateAsync({ fingerprint, toMe: true }))} />
    </section>
  );
}
