"use client";
import { useRouter } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { chooseEntity } from "./set-preference";
import type { ShellEntity } from "./shell-data";

const ALL = "*";

/** Which entity's books every page shows. */
export function EntitySwitcher({ entities, entity }: { entities: readonly ShellEntity[]; entity: string | null }) {
  const router = useRouter();
  const chosen = entities.length === 1 ? entities[0] : entities.find(({ code }) => code === entity);
  const label = chosen === undefined ? "All entities" : `${chosen.code} ${chosen.name}`;
  const inside = <><Icon name="building" small label="Entity" /><span className="grow el">{label}</span></>;
  if (entities.length < 2) return <div className="ent">{inside}</div>;
  return (
    <Menu trigger={<button type="button" className="ent">{inside}<Icon name="chevron-down" small /></button>}>
      <MenuChoice
        label="Entity" closes value={entity ?? ALL}
        options={[{ value: ALL, label: "All entities" }, ...entities.map(({ code, name }) => ({ value: code, label: `${code} ${name}` }))]}
        onChange={(code) => { chooseEntity(code === ALL ? null : code); router.refresh(); }}
      />
    </Menu>
  );
}
