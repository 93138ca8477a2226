import type { ReactNode } from "react";
import { Foot, type FootProps } from "@/components/ui/key-hint";
import { TopBar, type TopBarProps } from "./top-bar";

export interface PageProps extends TopBarProps {
  /** Keys that work here; without them only "all keys" stands at the foot. */
  hints?: FootProps["hints"] | undefined;
  footEnd?: ReactNode;
  children: ReactNode;
}

/** A page inside the shell: top bar, regions, foot. */
export function Page({ title, crumbs, hints = [], footEnd, children }: PageProps) {
  return (
    <>
      <TopBar title={title} crumbs={crumbs} />
      {children}
      <div className="fill" />
      <Foot hints={[...hints, { keys: ["?"], label: "all keys" }]} end={footEnd} />
    </>
  );
}
