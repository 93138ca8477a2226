import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "Not found" };

/** A number that nothing here has: the pages stay within reach, and so does the search by number. */
export default function NotFound() {
  return (
    <Page title="Not found">
      <h2 className="vh">What can be done</h2>
      <EmptyState icon="search" title="Nothing here has this number" action={<Button size="xs" icon="waypoints" href="/trace">Find by number</Button>}>The address may be mistyped, or what it showed is not yours to see.</EmptyState>
    </Page>
  );
}
