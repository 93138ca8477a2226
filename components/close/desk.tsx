"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Moment } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Note } from "@/components/ui/note";
import { Table, type Column } from "@/components/ui/table";
import type { ClosePeriods } from "@/server/api/shapes";
import { CloseOfPeriod } from "./detail";
import { closeHref, type CloseSearch } from "./search";
import { stateWords, type PeriodRow } from "./words";

const changed = ({ state, changes }: PeriodRow) => changes.findLast((change) => change.state === state)?.at ?? null;
const columns: readonly Column<PeriodRow>[] = [
  { key: "period", head: "Period", cell: (row) => <><span className="b n">{row.name}</span> <span className="m2">{row.entity}</span></> },
  { key: "days", head: "Days", from: "phone", cell: (row) => <span className="n m2">{row.from} to {row.to}</span> },
  { key: "state", head: "In the ledger", cell: (row) => <Chip small icon={stateWords[row.state].icon} kind={stateWords[row.state].kind}>{stateWords[row.state].word}</Chip> },
  { key: "since", head: "Since", align: "right", from: "phone", cell: (row) => { const at = changed(row); return at === null ? <span className="m3">–</span> : <Moment at={at} />; } },
  { key: "signed", head: "Signed", wrap: true, cell: (row) => (row.signed === null ? <span className="m3">{row.isOver ? "no" : "runs"}</span> : row.signed.state === "proposed" ? <Chip small kind="hold" icon="hand">needs a second person</Chip> : <span className="m2">{row.signed.preparedBy}{row.signed.confirmedBy !== null && ` and ${row.signed.confirmedBy}`}, <Moment at={row.signed.confirmedAt ?? row.signed.preparedAt} /></span>) },
];
const shownAtFirst = 4;

/** Which periods there are, and whether the chosen one is ready to be closed: what blocks, what is accrued, who signed, what came late. */
export function CloseDesk({ search, initial }: { search: CloseSearch; initial: ClosePeriods }) {
  const router = useRouter(), list = useQuery({ ...useTRPC().close.periods.queryOptions(), initialData: initial });
  const rows = list.data.flatMap(({ entity, periods }) => periods.filter(({ name }, index) => index < shownAtFirst || (entity === search.entity && name === search.period)).map((period) => ({ ...period, entity }))), without = list.data.filter(({ periods }) => periods.length === 0);
  return (
    <Page title="Close readiness" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }]} footEnd={search.period}>
      {list.isError && <div className="rg"><Note icon="wifi-off" title="Not fresh" end={<Button size="xs" onClick={() => { void list.refetch(); }} pending={list.isFetching}>Try now</Button>}>The periods could not be read again. It is tried with the next change.</Note></div>}
      <h2 className="vh">Periods</h2>
      {rows.length === 0
        ? <EmptyState icon="calendar-check" title="No ledger has told its periods yet">They are read from the finance system of each entity, with the time at which it closes them. Look at its connector.</EmptyState>
        : <Table caption="Periods, the newest first" columns={columns} rows={rows} rowKey={({ entity, name }) => `${entity} ${name}`} rowName={({ entity, name }) => `${entity} ${name}`} openKey={search.entity && search.period ? `${search.entity} ${search.period}` : undefined} onOpen={({ entity, name }) => { router.push(closeHref(search, { entity, period: name }), { scroll: false }); }} />}
      {rows.length > 0 && without.length > 0 && <p className="sm m2 px-4 py-1">Without a calendar, so that nothing is closed there: {without.map(({ entity }) => entity).join(", ")}.</p>}
      {search.entity !== undefined && search.period !== undefined && <CloseOfPeriod key={`${search.entity} ${search.period}`} search={{ ...search, entity: search.entity, period: search.period }} />}
    </Page>
  );
}
