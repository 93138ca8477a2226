"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Chip } from "@/components/ui/chip";
import { Icon } from "@/components/ui/icon";
import { Region } from "@/components/ui/region";
import { Select } from "@/components/ui/select";
import { Table, type Column } from "@/components/ui/table";
import { notify } from "@/components/ui/toast";
import type { NoticesMine } from "@/server/api/shapes";
import { noticeKindNames, noticeKinds, type NoticeDelivery, type NoticeKind } from "@/server/domain/notices";

type Mail = NoticesMine["mails"][number];
type Team = NoticesMine["teams"][number];
interface Row { kind: NoticeKind; entity: string; team: Team | ""; delivery: NoticeDelivery | null }

const teamTitle = (team: string): string => { const words = team.replaceAll("_", " "); return words.charAt(0).toUpperCase() + words.slice(1); };
const deliveries = [{ value: "", label: "No mail" }, { value: "at_once", label: "At once" }, { value: "daily", label: "Daily" }] as const;
const isTeam = (teams: readonly Team[], value: string): value is Team => teams.some((team) => team === value);

/** All that may be chosen in one entity: every kind, and each queue of exceptions that was named. */
function rowsOf({ subscriptions, teams }: NoticesMine, entity: string): Row[] {
  const own = subscriptions.filter((one) => one.entity === entity);
  return noticeKindNames.flatMap((kind) => {
    const whole: Row = { kind, entity, team: "", delivery: own.find((one) => one.kind === kind && one.team === "")?.delivery ?? null };
    return [whole, ...own.flatMap((one): Row[] => (one.kind === kind && isTeam(teams, one.team) ? [{ kind, entity, team: one.team, delivery: one.delivery }] : []))];
  });
}
const titleOf = ({ kind, team }: Row): string => (kind !== "exceptions" ? noticeKinds[kind].title : team === "" ? `${noticeKinds[kind].title}, every queue` : `${noticeKinds[kind].title}, ${teamTitle(team)}`);

function State({ mail }: { mail: Mail }) {
  if (mail.state === "sent") return <span className="kd m2"><Icon name="check" small />Sent</span>;
  if (mail.state === "dead") return <Chip kind="late" icon="octagon-x" small>Given up</Chip>;
  return <Chip kind="line" icon="timer" small>{mail.tries === 0 ? "Waits" : `Tried ${mail.tries === 1 ? "once" : `${mail.tries} times`}`}</Chip>;
}
const mailColumns: readonly Column<Mail>[] = [
  { key: "subject", head: "Subject", wrap: true, cell: (mail) => <>{mail.subject}{mail.state !== "sent" && mail.answer !== null && <><br /><span className="sm m2">{mail.answer}</span></>}</> },
  { key: "state", head: "State", cell: (mail) => <State mail={mail} /> },
  { key: "at", head: "When", align: "right", cell: (mail) => <Age since={mail.sentAt ?? mail.createdAt} ago /> },
];

/** A person's own notices: what is told, how, and what was sent. A choice counts at once. */
export function NoticeDesk({ initial }: { initial: NoticesMine }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useQuery({ ...trpc.notices.mine.queryOptions(), initialData: initial });
  const choose = useMutation(trpc.notices.choose.mutationOptions({ onSettled: () => queryClient.invalidateQueries(), onError: (error) => { notify(error.message); } }));
  const put = ({ kind, entity, team }: Row, value: string): void => { choose.mutate({ kind, entity, team, delivery: value === "at_once" || value === "daily" ? value : null }); };
  const columns: readonly Column<Row>[] = [
    { key: "what", head: "What", wrap: true, cell: (row) => <><b>{titleOf(row)}</b><br /><span className="sm m2">{noticeKinds[row.kind].told}</span></> },
    { key: "mail", head: "Mail", cell: (row) => <Select className="nt-mail" aria-label={`${titleOf(row)}, ${row.entity}`} value={row.delivery ?? ""} disabled={choose.isPending} onChange={(event) => { put(row, event.target.value); }} options={deliveries} /> },
  ];
  return (
    <Page title="What I am told" footEnd={data.address}>
      {!data.carried && <p className="hp e nt-pad"><Icon name="circle-alert" small /> Nothing carries mail yet: an administrator adds the connector Mail (SMTP). What you choose is kept; what is over by then is not told.</p>}
      <p className="sm m2 nt-pad">To {data.address}. Each thing is told when it begins and never again while it lasts; nothing while it sleeps. Several in five minutes come as one mail; a daily one comes at seven in the morning, where the entity is.</p>
      {data.entities.map(({ code, name }) => {
        const rows = rowsOf(data, code), free = data.teams.filter((team) => !rows.some((row) => row.team === team));
        return (
          <Region key={code} title={name} sub={code} end={<Select aria-label={`Add a queue, ${code}`} value="" disabled={choose.isPending} onChange={(event) => { if (isTeam(data.teams, event.target.value)) put({ kind: "exceptions", entity: code, team: event.target.value, delivery: null }, "at_once"); }} options={[{ value: "", label: "Add one queue of exceptions" }, ...free.map((team) => ({ value: team, label: teamTitle(team) }))]} />}>
            <Table caption={`Notices, ${code}`} flush columns={columns} rows={rows} rowKey={({ kind, team }) => `${kind}/${team}`} keyboard={false} />
          </Region>
        );
      })}
      <Region title="Latest mails" sub="20 at most">
        {data.mails.length === 0 ? <p className="sm m2">None was sent to you yet.</p> : <Table caption="Latest mails" flush columns={mailColumns} rows={data.mails} rowKey={({ id }) => id} keyboard={false} />}
      </Region>
    </Page>
  );
}
