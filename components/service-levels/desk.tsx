"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Fragment } from "react";
import { Page } from "@/components/shell/page";
import { useTRPC } from "@/components/trpc/client";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { EmptyState } from "@/components/ui/empty-state";
import { Icon } from "@/components/ui/icon";
import { useKeys } from "@/components/ui/keys";
import { Table, type Column } from "@/components/ui/table";
import type { ServiceLevelList } from "@/server/api/shapes";
import { LevelForm } from "./form";
import { levelPage, type LevelSearch } from "./search";
import { Sentence } from "./sentence";
import { levelHref, stateParts, stateText } from "./words";

type Level = ServiceLevelList["levels"][number];

/** Met is calm; near and past are marked by fill, with the word. */
function State({ level }: { level: Level }) {
  if (level.state === "off") return <Chip kind="off" icon="x" small>Off</Chip>;
  if (level.state === "breached") return <Chip kind="late" icon="clock-alert" small>Breached</Chip>;
  if (level.state === "warn") return <Chip kind="soon" icon="timer" small>Near it</Chip>;
  return <span className="kd m2"><Icon name="check" small />Met</span>;
}

const columns: readonly Column<Level>[] = [
  { key: "sentence", head: "Service level", wrap: true, cell: (level) => <><span className="m3 sm">{level.name}, {level.entity}</span><br /><span className="sl-sentence"><Sentence level={level} /></span></> },
  { key: "state", head: "Now", cell: (level) => <State level={level} /> },
  { key: "counts", head: "Open things", wrap: true, cell: (level) => (level.counted === 0 || level.state === "off" ? <span className="m2">{stateText(level)}</span> : stateParts(level).map(({ text, part }, index) => <Fragment key={part}>{index > 0 && ", "}<Link className="ln" href={levelHref(level.id, part)}>{text}</Link></Fragment>)) },
  { key: "oldest", head: "Oldest", align: "right", from: "phone", cell: (level) => (level.oldestAt && level.state !== "off" ? <Age since={level.oldestAt} /> : <span className="m3">–</span>) },
  { key: "by", head: "Changed", align: "right", from: "desk", cell: (level) => <span className="m2">v{level.version}, {level.updatedBy}, <Age since={level.updatedAt} ago /></span> },
];

/** Every promise about time as a sentence, with what it says of this moment; one of them opened for a change. */
export function ServiceLevelDesk({ search, initial }: { search: LevelSearch; initial: ServiceLevelList }) {
  const trpc = useTRPC();
  const router = useRouter();
  const list = useQuery({ ...trpc.serviceLevels.list.queryOptions(), initialData: initial });
  const { levels, entities } = list.data;
  const open = levels.find(({ id }) => id === search.level) ?? null;
  const mine = entities.find(({ missing }) => missing === null);
  const why = mine ? undefined : (entities[0]?.missing ?? "Needs an entity first");
  const active = levels.filter((level) => level.active);
  const count = (state: Level["state"]): number => active.filter((level) => level.state === state).length;
  useKeys([{ keys: "n", label: "new service level", run: () => { if (mine) router.push(levelPage("new"), { scroll: false }); } }, { keys: "esc", label: "back to the list", run: () => { if (search.level) router.push(levelPage(null), { scroll: false }); } }]);
  return (
    <Page title="Service levels" hints={[{ keys: ["J", "K"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["N"], label: "new" }]} footEnd={`${active.length} active`}>
      <div className="bar cn-bar">
        <span className="b n">{active.length} active</span><span className="sm m2">{count("breached")} breached, {count("warn")} near, {count("met")} met</span><span className="grow" />
        <Button size="xs" icon="plus" why={why} href={levelPage("new")}>New service level</Button>
      </div>
      <div className="sl" data-open={search.level !== undefined}>
        <div className="min-w-0">
          {levels.length === 0 && <h2 className="vh">Service levels</h2>}
          {levels.length === 0
            ? <EmptyState icon="timer" title="No service level yet" action={mine ? <Button size="xs" href={levelPage("new")}>Write the first one</Button> : undefined}>Stages have default targets. A service level sets a limit of your own, by channel, and is drawn into the Tower.</EmptyState>
            : <Table caption="Service levels" columns={columns} rows={levels} rowKey={(level) => level.id} rowName={(level) => level.name} openKey={search.level} onOpen={(level) => { router.push(levelPage(level.id), { scroll: false }); }} />}
        </div>
        {search.level === "new" && mine ? <LevelForm key="new" level={null} list={list.data} />
          : open ? <LevelForm key={`${open.id}/${open.version}`} level={open} list={list.data} />
            : search.level !== undefined && <section className="sl-form" aria-label="Service level"><h2 className="vh">Service level</h2><EmptyState icon="timer" title={search.level === "new" ? "You may not write one" : "This service level is not here"} action={<Button size="xs" href={levelPage(null)}>Back to the list</Button>}>{search.level === "new" ? why : "It does not exist, or not in your entities."}</EmptyState></section>}
      </div>
    </Page>
  );
}
