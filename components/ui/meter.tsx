export interface MeterProps {
  /** Spoken: "Calls a minute". */
  label: string;
  used: number;
  of: number;
  /** A limit below the whole, drawn as a tick. */
  limit?: number | undefined;
  /** Blue: what is used up is a technical limit. */
  tech?: boolean | undefined;
}

const share = (part: number, of: number) => `${of <= 0 ? 0 : Math.min(100, Math.max(0, (part / of) * 100))}%`;

/** How much of a budget is used. The number always stands beside it. */
export function Meter({ label, used, of, limit, tech }: MeterProps) {
  return (
    <span className="mtw">
      <span className={`mt${tech ? " tech" : ""}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuenow={used} aria-valuemax={of}>
        <i style={{ width: share(used, of) }} />
        {limit !== undefined && <b style={{ left: share(limit, of) }} />}
      </span>
      <span className="sm n m2">{used.toLocaleString("en-US")} / {of.toLocaleString("en-US")}</span>
    </span>
  );
}
