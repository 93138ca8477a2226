"use client";
import { useState } from "react";
import { Age } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { DifferenceList } from "@/components/ui/difference-list";
import type { ConnectorView } from "@/server/api/shapes";
import { differences } from "./settings-shape";

/** Earlier settings with what each changed; one can be taken as a draft and saved as a new version. Secrets have no versions. */
export function Versions({ connector, readOnly, onTake }: { connector: ConnectorView; readOnly: boolean; onTake: (settings: Record<string, unknown>) => void }) {
  const [open, setOpen] = useState<number | null>(null);
  const { versions } = connector;
  if (versions.length === 0) return null;
  return (
    <div className="pt-3">
      <div className="rh"><h3>Versions</h3></div>
      <ul className="cn-versions">
        {versions.map((version, index) => {
          const before = versions[index + 1];
          const changed = before ? differences(before.settings, version.settings) : [];
          return (
            <li key={version.version}>
              <div className="row">
                <span className={`id${index === 0 ? " b" : ""}`}>v{version.version}</span><span className="grow el">{version.author}</span><span className="m3 sm"><Age since={version.createdAt} ago /></span>
                {before && <Button size="xs" variant="ghost" aria-expanded={open === version.version} onClick={() => { setOpen(open === version.version ? null : version.version); }}>{changed.length} {changed.length === 1 ? "change" : "changes"}</Button>}
                {index > 0 && !readOnly && <Button size="xs" variant="ghost" onClick={() => { onTake(version.settings); }}>Take as draft<span className="vh"> v{version.version}</span></Button>}
              </div>
              {open === version.version && (changed.length === 0 ? <p className="sm m2">Only secrets were changed.</p> : <DifferenceList rows={changed} />)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
