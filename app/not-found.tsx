import type { Metadata } from "next";
import { Mark } from "@/components/shell/mark";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="alone">
      <div>
        <Mark />
        <div className="sheet grid gap-3">
          <h1 className="tt">There is no such page</h1>
          <p className="m2">The address may be mistyped, or what it showed is not yours to see. Any order, shipment, invoice or message can be found by its number.</p>
          <p className="row"><Button href="/trace" icon="waypoints">Find by number</Button><Button href="/" variant="ghost">Tower</Button></p>
        </div>
      </div>
    </main>
  );
}
