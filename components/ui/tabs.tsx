import Link from "next/link";

export interface TabLink { key: string; label: string; href: string; count?: number | undefined }
export interface TabsProps { label: string; tabs: readonly TabLink[]; current: string }

/** Tabs are links: the open one is in the URL, so a link shows a colleague the same thing. */
export function Tabs({ label, tabs, current }: TabsProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.key} href={tab.href} scroll={false} aria-current={tab.key === current ? "page" : undefined}>
          {tab.label}
          {tab.count !== undefined && <span className="n">{tab.count.toLocaleString("en-US")}</span>}
        </Link>
      ))}
    </nav>
  );
}
