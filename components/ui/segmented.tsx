import Link from "next/link";

export interface SegmentedOption { value: string; label: string; href?: string | undefined }
export interface SegmentedProps {
  /** What is being chosen, spoken: "Sort by". */
  label: string;
  options: readonly SegmentedOption[];
  value: string;
  /** For options without `href` (client components only). */
  onChange?: ((value: string) => void) | undefined;
}

/** One of a few, always visible. Options with `href` keep the choice in the URL. */
export function Segmented({ label, options, value, onChange }: SegmentedProps) {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map((option) => option.href === undefined ? (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={onChange && (() => { onChange(option.value); })}>
          {option.label}
        </button>
      ) : (
        <Link key={option.value} href={option.href} scroll={false} aria-current={option.value === value ? "true" : undefined}>{option.label}</Link>
      ))}
    </div>
  );
}
