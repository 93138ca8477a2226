/** Two letters for a person: "Ops lead" → OL. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)?.[0] ?? "" : words[0]?.[1] ?? "")).toUpperCase();
}

/** A person, small. The name stands beside it. */
export function Avatar({ name }: { name: string }) {
  return <span className="av" aria-hidden>{initials(name)}</span>;
}
