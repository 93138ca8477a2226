import { useId, type ReactNode } from "react";

export interface RegionProps {
  title: ReactNode;
  sub?: ReactNode;
  /** Key of a chart, a link to all, or an action. */
  end?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** A part of the sheet with a head. Ruled by its neighbours, never boxed. */
export function Region({ title, sub, end, className, children }: RegionProps) {
  const id = useId();
  return (
    <section className={`rg${className ? ` ${className}` : ""}`} aria-labelledby={id}>
      <header className="rh">
        <h2 id={id}>{title}</h2>
        {sub !== undefined && <span className="rh-sub">{sub}</span>}
        {end !== undefined && <div className="rh-end">{end}</div>}
      </header>
      {children}
    </section>
  );
}
