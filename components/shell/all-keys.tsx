"use client";
import { Dialog } from "@/components/ui/dialog";
import { KeyHint } from "@/components/ui/key-hint";
import { useAllKeys } from "@/components/ui/keys";

const order = ["Here", "Go to", "Everywhere"] as const;

/** Every key that works on the page behind it. */
export function AllKeys({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const all = useAllKeys();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" wide>
      {order.map((group) => {
        const bindings = all.filter((binding) => (binding.group ?? "Here") === group);
        return bindings.length > 0 && (
          <section key={group}>
            <h3 className="lb pb-2">{group}</h3>
            <ul className="kb">{bindings.map((binding) => <li key={binding.keys}><KeyHint keys={[binding.keys]}>{binding.label}</KeyHint></li>)}</ul>
          </section>
        );
      })}
    </Dialog>
  );
}
