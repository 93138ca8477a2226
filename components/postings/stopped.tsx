"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { Sums } from "@/components/ui/sums";
import type { PostingStop } from "@/server/api/shapes";

const many = (count: number, one: string): string => `${count === 0 ? "No" : count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

type Excess = NonNullable<PostingStop["excess"]>;
const shown = ({ currency }: Excess, value: string): string => `${Number(value).toLocaleString("en-US", { minimumFractionDigits: currency === null ? 0 : 2 })}${currency === null ? " postings" : ` ${currency}`}`;
/** Offered, never taken by itself: twice what stopped the day. */
const usualRaise = ({ limit, reached }: Excess): string => String(Math.ceil(Math.max(Number(limit.at) * 2, Number(reached))));

/** Plain on every page while postings of an entity are stopped: who, since when, why, what waits, and the way out. */
export function PostingsStopped({ stops }: { stops: readonly PostingStop[] }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [asking, setAsking] = useState<PostingStop | null>(null);
  const resume = useMutation(trpc.postings.resume.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const [raisedTo, setRaisedTo] = useState("");
  const ask = (stop: PostingStop | null): void => { setAsking(stop); setRaisedTo(stop?.excess ? usualRaise(stop.excess) : ""); };
  const send = async (stop: PostingStop, reason: string): Promise<string | undefined> => {
    try { await resume.mutateAsync({ entity: stop.entity, since: stop.since, reason, raisedTo: stop.excess ? raisedTo.trim() : null }); router.refresh(); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <>
      {stops.map((stop) => (
        <section key={stop.entity} className="halt" aria-label={`Postings of ${stop.entity} are stopped`}>
          <Icon name="hand" />
          <p className="grow">
            <b>Postings of {stop.entity} are stopped</b> by {stop.by}, <Age since={stop.since} ago />: “{stop.reason}”.{" "}
            <span className="m2">{many(stop.waiting, "posting")} {stop.waiting === 1 ? "waits" : "wait"}{stop.money.length > 0 && <>, <b className="n"><Sums money={stop.money} /></b></>}. {stop.underWay > 0 ? `${many(stop.underWay, "posting")} sent before ${stop.underWay === 1 ? "ends" : "end"} known. ` : ""}Everything else goes on.</span>
          </p>
          <Button size="xs" why={stop.missing ?? undefined} onClick={() => { ask(stop); }}>Let postings go on</Button>
        </section>
      ))}
      {asking && (
        <ConfirmAction
          open onOpenChange={(open) => { if (!open) ask(null); }} title={`Let postings of ${asking.entity} go on`} reason="required" confirmLabel="Let postings go on"
          effect={<>{asking.by} stopped them, “{asking.reason}”. {many(asking.waiting, "posting")} that {asking.waiting === 1 ? "waits is" : "wait are"} sent at once{asking.money.length > 0 && <>: <Sums money={asking.money} /></>}.</>}
          irreversible="What is sent cannot be unsent." onConfirm={(reason) => send(asking, reason)}
        >
          {asking.excess && (
            <Field label={asking.excess.what === "count" ? "Postings that may leave today" : `Money that may leave today, ${asking.excess.currency ?? ""}`} required hint={`It stopped at ${shown(asking.excess, asking.excess.limit.at)}, before ${shown(asking.excess, asking.excess.reached)}. The raised limit holds for the rest of this day and stands in the record.`}>
              <Input value={raisedTo} inputMode="decimal" onChange={(event) => { setRaisedTo(event.target.value); }} />
            </Field>
          )}
        </ConfirmAction>
      )}
    </>
  );
}
