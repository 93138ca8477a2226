const widths = [["22%", "34%", "12%"], ["18%", "40%", "9%"], ["24%", "28%", "14%"], ["20%", "37%", "11%"]] as const;

export interface SkeletonRowsProps { rows?: number | undefined; label?: string | undefined }

/** Rows of the final height, so nothing jumps when the data comes. */
export function SkeletonRows({ rows = 8, label = "Loading" }: SkeletonRowsProps) {
  return (
    <div role="status" aria-busy="true">
      <span className="vh">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div className="skel-row" key={row}>
          {(widths[row % widths.length] ?? widths[0]).map((width, cell) => <span className="skel" key={cell} style={{ width }} />)}
        </div>
      ))}
    </div>
  );
}
