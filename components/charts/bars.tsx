import type { KindHue } from "@/components/ui/kind";

export interface BarsProps {
  values: readonly number[];
  /** What they say, in one sentence: "Open mapping exceptions by hour, 55 to 88". */
  sentence: string;
  /** Only where the series is a kind; `quiet` in dense rows. */
  hue?: KindHue | "quiet" | undefined;
  width?: number | undefined;
  height?: number | undefined;
  /** Top of the scale shared by small multiples; the highest value otherwise. */
  max?: number | undefined;
}

/** Small zero-based bars in a row, the newest at the right. */
export function Bars({ values, sentence, hue, width = 120, height = 26, max }: BarsProps) {
  const slot = values.length === 0 ? 0 : width / values.length;
  const top = Math.max(1, max ?? Math.max(0, ...values));
  return (
    <svg className={`sb${hue === undefined ? "" : ` ${hue}`}`} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={sentence}>
      {values.map((value, index) => {
        const tall = value <= 0 ? 1 : Math.max(1.5, (Math.min(value, top) / top) * (height - 1));
        return <rect key={index} x={index * slot} y={height - tall} width={Math.max(1, slot - 1)} height={tall} />;
      })}
    </svg>
  );
}
