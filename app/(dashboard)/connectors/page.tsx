import type { Metadata } from "next";
import { ConnectorDesk } from "@/components/connectors/desk";
import { connectorSearch } from "@/components/connectors/search";
import { NoEntity } from "@/components/routes/no-entity";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "Connectors" };

export default async function ConnectorsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const search = connectorSearch(await searchParams);
  const caller = await api();
  if ((await caller.shell.frame()).entities.length === 0) return <NoEntity title="Connectors" />;
  const [list, detail] = await Promise.all([caller.connectors.list(), search.connector === undefined ? null : caller.connectors.get({ id: search.connector }).catch(() => null)]);
  return <ConnectorDesk search={search} initialList={list} initialDetail={detail} />;
}
