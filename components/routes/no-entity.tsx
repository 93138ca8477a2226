import { Page } from "@/components/shell/page";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** A new installation, on whatever page it is met: what comes first, and where. */
export function NoEntity({ title }: { title: string }) {
  return (
    <Page title={title}>
      <h2 className="vh">Nothing is set up</h2>
      <EmptyState icon="building" title="No legal entity yet" action={title === "Entities and routes" ? undefined : <Button size="xs" href="/routes">Entities and routes</Button>}>
        <p>A new installation begins with one. An administrator makes it where the tower runs:</p>
        <p className="rt-command"><code className="id">npm run -s tower -- setup --entity US01 --name &quot;Your company&quot; --currency USD --zone America/Chicago</code></p>
        <p>Then its systems are added under Connectors, and two persons say under Entities and routes what may be sent to which, and from when on.</p>
      </EmptyState>
    </Page>
  );
}
