"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import type { ConnectorView } from "@/server/api/shapes";

interface Row { kind: string; waiting: number; paused: boolean }
const words = (kind: string): string => kind.replaceAll("_", " ");

/** What it is sent, kind by kind; each can be paused by itself while the rest goes on. */
export function Kinds({ connector }: { connector: ConnectorView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<Row | null>(null);
  const pause = useMutation(trpc.connectors.pauseKind.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const names = [...new Set([...(connector.kind?.commands ?? []).map(({ kind }) => kind), ...connector.pausedKinds, ...connector.waitingKinds.map(({ kind }) => kind)])];
  const rows = names.map((kind): Row => ({ kind, waiting: connector.waitingKinds.find((row) => row.kind === kind)?.waiting ?? 0, paused: connector.pausedKinds.includes(kind) }));
  if (rows.length === 0) return null;
  const manage = connector.missing.manage;
  const columns: readonly Column<Row>[] = [
    { key: "kind", head: "Kind", wrap: true, cell: (row) => <><span className="b">{words(row.kind)}</span>{row.paused && <> <Chip kind="line" icon="pause" small>Paused</Chip></>}</> },
    { key: "waiting", head: "Waiting", align: "right", cell: (row) => (row.waiting === 0 ? <span className="m3">0</span> : <b>{row.waiting.toLocaleString("en-US")}</b>) },
    { key: "act", head: <span className="vh">Pause or resume</span>, name: "Pause or resume", align: "right", cell: (row) => (manage === null ? <Button size="xs" icon={row.paused ? "play" : "pause"} label={`${row.paused ? "Resume" : "Pause"} ${words(row.kind)}`} onClick={() => { setAsking(row); }} /> : null) },
  ];
  const send = async (row: Row, reason: string): Promise<string | undefined> => {
    try { await pause.mutateAsync({ id: connector.id, kind: row.kind, paused: !row.paused, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <Region title="What it is sent" sub="input is taken whatever is paused" className="rule" end={manage === null ? undefined : <span className="whynot">Pausing: {manage}</span>}>
      <Table caption="What it is sent, by kind" flush keyboard={false} columns={columns} rows={rows} rowKey={(row) => row.kind} />
      {asking && (
        <ConfirmAction open onOpenChange={(open) => { if (!open) setAsking(null); }} reason="required" onConfirm={(reason) => send(asking, reason)}
          title={`${asking.paused ? "Resume" : "Pause"} ${words(asking.kind)} to ${connector.name}`} confirmLabel={`${asking.paused ? "Resume" : "Pause"} ${words(asking.kind)}, ${asking.waiting} wait`}
          effect={asking.paused ? "What waits of this kind is sent again, oldest first." : "Nothing of this kind is sent any more; every other kind goes on, and input is still taken."} />
      )}
    </Region>
  );
}
