export interface BreakerChartProps {
  state: "closed" | "open" | "half_open";
  /** What leads from one state to the next, in a few words each. */
  opens: string;
  waits: string;
  closes: string;
  fails: string;
}

const boxes = [{ state: "closed", x: 1, word: "Closed" }, { state: "open", x: 137, word: "Open" }, { state: "half_open", x: 273, word: "Half-open" }] as const;

/** The three states of a breaker and the ways between them; where it stands is drawn and said. */
export function BreakerChart({ state, opens, waits, closes, fails }: BreakerChartProps) {
  const now = boxes.find((box) => box.state === state)?.word.toLowerCase() ?? state;
  return (
    <svg className="ch brk" viewBox="0 0 360 124" role="img" aria-label={`The breaker is ${now}. ${opens} open it; it ${waits.startsWith("waits") ? waits : `waits, ${waits},`} and then tries one command: ${closes} closes it, and if ${fails} it is open again.`}>
      <defs><marker id="brk-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" /></marker></defs>
      {boxes.map(({ state: each, x, word }) => (
        <g key={each} data-on={each === state || undefined}>
          <rect x={x} y="40" width="86" height="32" rx="4" />
          <text x={x + 43} y="60" textAnchor="middle">{word}</text>
        </g>
      ))}
      <path d="M89 50 H134" /><text x="112" y="14" textAnchor="middle">{opens}</text><path className="lead" d="M112 19 V46" />
      <path d="M225 50 H270" /><text x="248" y="14" textAnchor="middle">{waits}</text><path className="lead" d="M248 19 V46" />
      <path d="M271 63 H226" /><text x="248" y="90" textAnchor="middle">{fails}</text>
      <path d="M316 74 V112 H44 V76" /><text x="180" y="106" textAnchor="middle">{closes}</text>
    </svg>
  );
}
