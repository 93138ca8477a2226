/** Null: it was not there before, or is not there any more. */
export interface Difference { name: string; before: string | null; after: string | null }

/** What would change, line by line: minus is what was, plus what comes. */
export function DifferenceList({ rows }: { rows: readonly Difference[] }) {
  return <div className="diff">{rows.map((row) => <div key={row.name}><span className="m3">{row.name}</span>{row.before !== null && <span className="m2"><span className="vh">was </span>− {row.before}</span>}{row.after !== null && <b><span className="vh">becomes </span>+ {row.after}</b>}</div>)}</div>;
}
