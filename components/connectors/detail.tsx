"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Icon } from "@/components/ui/icon";
import { useKeys } from "@/components/ui/keys";
import { Region } from "@/components/ui/region";
import { ConnectorStatus } from "@/components/ui/status-mark";
import { Why } from "@/components/ui/why";
import type { ConnectorView } from "@/server/api/shapes";
import { Attempts } from "./attempts";
import { Breaker } from "./breaker";
import { Codes } from "./codes";
import { Grade } from "./grade";
import { Keys } from "./keys";
import { connectorHref, type ConnectorSearch } from "./search";
import { Settings } from "./settings";
import { Traffic } from "./traffic";

/** One connector: why it is as it is, what may be done, what waits, what it said, and how it is set. */
export function ConnectorDetail({ connector, search }: { connector: ConnectorView; search: ConnectorSearch }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const check = useMutation(trpc.connectors.check.mutationOptions());
  const pause = useMutation(trpc.connectors.pause.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const manage = connector.missing.manage ?? undefined;
  const paused = connector.state === "paused";
  const queued = connector.queue === 0 ? "" : `, ${waiting(connector.queue)}`;
  const test = (): void => { if (manage === undefined && !check.isPending) check.mutate({ id: connector.id }); };
  useKeys(!connector.called ? [] : [{ keys: "t", label: "test connection", run: test }, { keys: "p", label: paused ? "resume sending, asks first" : "pause sending, asks first", run: () => { if (manage === undefined) setAsking(true); } }]);
  const send = async (reason: string): Promise<string | undefined> => {
    try { await pause.mutateAsync({ id: connector.id, paused: !paused, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <section className="cn" aria-label={`Connector ${connector.name}`}>
      <header className="cn-head">
        <div className="row wrap">
          <h2 className="tt">{connector.name}</h2><span className="m3">{connector.serves}, {connector.entity}</span>
          <ConnectorStatus state={connector.health} /><Grade grade={connector.grade} />
          <span className="grow" />
          {connector.called && <Button icon="plug" kbd="T" why={manage} pending={check.isPending} onClick={test}>Test connection</Button>}
          {(connector.called || paused) && <Button icon={paused ? "play" : "pause"} kbd="P" why={manage === undefined ? undefined : "for the same reason"} onClick={() => { setAsking(true); }}>{paused ? "Resume sending" : "Pause sending"}</Button>}
          <Button variant="ghost" icon="x" label="Back to the list" href={connectorHref(search, { connector: null })} />
        </div>
        <Why><Sentence connector={connector} /></Why>
        <div role="status" aria-live="polite">
          {check.data && <p className="cn-check">{check.data.ok ? <Chip kind="line" icon="check">It answers</Chip> : <Chip kind="tech" icon="unplug">It does not answer</Chip>} <span>{check.data.detail}{check.data.tookMs === null ? "" : `, in ${check.data.tookMs} ms`}</span> <span className="m3 sm">tested <Clock at={check.data.at} seconds /></span></p>}
          {check.isError && <p className="cn-check hp e"><Icon name="circle-alert" small /> {check.error.message}</p>}
        </div>
      </header>
      <div className="cn-cols">
        <div>
          <Settings connector={connector} />
          <Keys connector={connector} />
        </div>
        <div className="cn-side">
          {connector.called && <Breaker connector={connector} />}
          <Traffic connector={connector} />
          <Codes connector={connector} />
          <Region title="What it cannot do" className="rule">
            {connector.kind === null ? <p className="sm m2">No code for the kind {connector.type} is shipped with this version.</p>
              : connector.kind.cannot.length === 0 ? <p className="sm m2">Nothing is known that it cannot do.</p> : <ul className="cn-cannot">{connector.kind.cannot.map((line) => <li key={line}><Icon name="ban" small /> <span>{line.charAt(0).toUpperCase() + line.slice(1)}</span></li>)}</ul>}
          </Region>
        </div>
      </div>
      {connector.called && <Attempts attempts={connector.attempts} missing={connector.missing.payloads} name={connector.name} />}
      <ConfirmAction open={asking} onOpenChange={setAsking} reason="required" onConfirm={send}
        title={paused ? `Resume sending to ${connector.name}` : `Pause sending to ${connector.name}`} confirmLabel={paused ? `Resume${queued}` : `Pause${queued}`}
        effect={paused ? "What waits is sent again, oldest first, within its budget. Its breaker starts closed." : "Nothing more is sent; calls under way end. Input is still taken. What waits counts as stopped and says so."} />
    </section>
  );
}

const waiting = (count: number): string => (count === 1 ? "1 waits" : `${count.toLocaleString("en-US")} wait`);

/** One sentence: what state, since when, why, and what happens next. */
function Sentence({ connector }: { connector: ConnectorView }) {
  const waits = connector.queue === 0 ? "Nothing waits." : <>{waiting(connector.queue)}{connector.oldestAt && <>, the oldest for <Age since={connector.oldestAt} /></>}.</>;
  if (connector.breaker === "open") return <>Down{connector.openedAt && <> for <Age since={connector.openedAt} /></>}: {connector.breakerReason ?? connector.lastError ?? "calls failed in a row"}. {connector.probeAt && <>It is tried again by itself at <Clock at={connector.probeAt} seconds />. </>}{waits} You need not do anything unless the reason names something to mend.</>;
  if (connector.state === "paused") return <>Paused by {connector.pausedBy ?? "somebody"}: {connector.pausedReason ?? "no reason was given"}. Input is still taken. {waits} It stays so until somebody resumes it.</>;
  if (!connector.called) return <>Nobody calls it: others bring its events.{connector.lastGoodAt && <> They were last taken in <Age since={connector.lastGoodAt} ago />.</>}</>;
  if (connector.breaker === "half_open") return <>Being tried{connector.openedAt && <>, after it went down <Age since={connector.openedAt} ago /></>}: {connector.breakerReason ?? "calls failed in a row"}. One good call closes the breaker. {waits}</>;
  if (connector.health === "degraded") return <>The last call failed{connector.lastFailureAt && <> <Age since={connector.lastFailureAt} ago /></>}: {connector.lastError ?? "no reason was given"}. {waits} It goes on by itself.</>;
  return <>It works{connector.lastGoodAt && <>: the last good word was <Age since={connector.lastGoodAt} ago /></>}. {waits}</>;
}
