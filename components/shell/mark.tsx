/** The L that stands on the accountant's double rule, with the name. */
export function Mark() {
  return (
    <div className="mark">
      <svg viewBox="0 0 18 18" aria-hidden>
        <path d="M3 1.5h2.4v9.1H3z" fill="currentColor" />
        <path d="M3 10.2h12.5v2H3zM3 14.4h12.5v2H3z" fill="var(--accent)" />
      </svg>
      Ledgerline
    </div>
  );
}
