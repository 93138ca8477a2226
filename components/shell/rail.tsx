"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Icon } from "@/components/ui/icon";
import { quantityText } from "@/components/ui/money-text";
import { EntitySwitcher } from "./entity-switcher";
import { Mark } from "./mark";
import { isCurrent, navigation } from "./navigation";
import type { Preferences } from "./preferences";
import type { ShellData } from "./shell-data";
import { UserMenu } from "./user-menu";

export interface RailProps { data: ShellData; preferences: Preferences; drawer?: boolean | undefined; onNavigate?: (() => void) | undefined }

/** Mark, entity, pages, person. The same on the left of a desk and in the drawer of a phone. */
export function Rail({ data, preferences, drawer, onNavigate }: RailProps) {
  const pathname = usePathname();
  return (
    <nav className={`rail${drawer ? " drawer" : ""}`} aria-label="Main">
      <Mark />
      <EntitySwitcher entities={data.entities} entity={data.entity} />
      {navigation.map((group) => (
        <div key={group.title ?? "main"}>
          {group.title !== null && <h2>{group.title}</h2>}
          <ul>
            {group.items.map((item) => {
              const count = item.count === undefined ? undefined : data.counts[item.count];
              return (
                <li key={item.href}>
                  <Link href={item.href} aria-current={isCurrent(item.href, pathname) ? "page" : undefined} {...(onNavigate && { onClick: onNavigate })}>
                    <Icon name={item.icon} />{item.label}
                    {count !== undefined && count > 0 && <span className="n">{quantityText(String(count))}</span>}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      <UserMenu user={data.user} preferences={preferences} />
    </nav>
  );
}
