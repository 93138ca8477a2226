import { Icon, type IconName } from "./icon";

export interface CommandCounts { waiting: number; sending: number; accepted: number; verified: number; rejected?: number | undefined; unknown?: number | undefined; /** Over, with nothing that could be read back. */ cleared?: number | undefined }
export interface CommandProgressProps {
  counts: CommandCounts;
  /** Ends of the ramp's stages, as counts: 1, 11, … */
  stops?: readonly number[] | undefined;
  /** In a list row: a thin bar and the verified count only. */
  slim?: boolean | undefined;
  /** Where it is of something else than commands. */
  words?: Partial<Record<keyof CommandCounts, string>> | undefined;
}

const parts: readonly { key: keyof CommandCounts; icon: IconName; word: string }[] = [
  { key: "verified", icon: "check-check", word: "Verified" },
  { key: "accepted", icon: "check", word: "Accepted" },
  { key: "cleared", icon: "circle-dashed", word: "Nothing to read back" },
  { key: "unknown", icon: "file-question", word: "Outcome unknown" },
  { key: "rejected", icon: "octagon-x", word: "Rejected" },
  { key: "sending", icon: "send", word: "Sending" },
  { key: "waiting", icon: "hourglass", word: "Waiting" },
];

/** Progress that can be believed: only what was read back from the target is solid. */
export function CommandProgress({ counts, stops = [], slim, words = {} }: CommandProgressProps) {
  const total = parts.reduce((sum, { key }) => sum + (counts[key] ?? 0), 0);
  const bar = (
    <div className={`prog${slim ? " slim" : ""}`} aria-hidden>
      {parts.map(({ key }) => (counts[key] ?? 0) > 0 && <i key={key} className={`prog-${key}`} style={{ flex: counts[key] }} />)}
      {!slim && stops.map((stop) => <em key={stop} style={{ left: `${total === 0 ? 0 : (stop / total) * 100}%` }} />)}
    </div>
  );
  const verified = total === 0 ? "Nothing was sent" : `${words.verified ?? "Verified"} ${counts.verified} of ${total}`;
  if (slim) return <span className="row">{bar}<span className="sm n">{verified}</span></span>;
  return (
    <div>
      {bar}
      <p className="prog-words" role="status">
        {parts.map(({ key, icon, word }) => key === "verified"
          ? <span key={key} className={total === 0 ? "m2" : "c-ok b"}>{total > 0 && <Icon name={icon} small />} {verified}</span>
          : (counts[key] ?? 0) > 0 && <span key={key}><Icon name={icon} small /> {words[key] ?? word} <b>{counts[key]}</b></span>)}
      </p>
    </div>
  );
}
