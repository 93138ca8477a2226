"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Region } from "@/components/ui/region";
import { Table, type Column } from "@/components/ui/table";
import type { ConnectorView } from "@/server/api/shapes";

type Key = NonNullable<ConnectorView["keys"]>[number];

/** Who may bring its events, and since when each is silent; a key that leaked is ended here. */
export function Keys({ connector: { id, name, keys, missing: { manage } } }: { connector: ConnectorView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [ending, setEnding] = useState<Key | null>(null);
  const revoke = useMutation(trpc.connectors.revokeKey.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  if (keys === null) return null;
  const columns: readonly Column<Key>[] = [
    { key: "name", head: "Key", wrap: true, cell: (key) => <><span className="b">{key.name}</span>{key.state !== "active" && <> <Chip kind="line" icon="ban" small>{key.state === "revoked" ? "Revoked" : "Expired"}</Chip></>}<br /><span className="id sm m2">{key.id}</span></> },
    { key: "scopes", head: "May", from: "desk", wrap: true, cell: (key) => <span className="sm m2">{key.scopes.join(", ")}</span> },
    { key: "used", head: "Last used", align: "right", cell: (key) => (key.lastUsedAt === null ? <span className="m3">never</span> : <Age since={key.lastUsedAt} ago />) },
    { key: "act", head: <span className="vh">Revoke</span>, name: "Revoke", align: "right", cell: (key) => (key.state === "revoked" ? null : <Button size="xs" variant="danger" onClick={() => { setEnding(key); }}>Revoke<span className="vh"> {key.name}</span></Button>) },
  ];
  const send = async (key: Key, reason: string): Promise<string | undefined> => {
    try { await revoke.mutateAsync({ key: key.id, reason }); return undefined; } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  return (
    <Region title="Keys" sub="with which its events come" className="rule">
      {manage !== null ? <p className="sm m2">{manage}</p>
        : keys.length === 0 ? <p className="sm m2">None yet, so no system can bring its events. <span className="id">tower key create --source {id}</span> makes one.</p>
          : <Table caption="Keys" flush keyboard={false} columns={columns} rows={keys} rowKey={(key) => key.id} />}
      {ending && (
        <ConfirmAction open onOpenChange={(open) => { if (!open) setEnding(null); }} reason="required" danger irreversible="A revoked key cannot be given back; another is made instead." onConfirm={(reason) => send(ending, reason)} title={`Revoke ${ending.name}`} confirmLabel="Revoke the key"
          effect={`It opens nothing from the next request on. What it brought to ${name} stays.`} />
      )}
    </Region>
  );
}
