import { quantityText } from "./money-text";

export interface QuantityProps {
  /** A decimal as text; null where the source gave none. */
  quantity: string | null;
  unit?: string | undefined;
  /** Draw zero as a quiet dot, in tables where most cells are zero. */
  quietZero?: boolean | undefined;
}

/** A quantity in tabular figures with its unit. */
export function Quantity({ quantity, unit, quietZero }: QuantityProps) {
  if (quantity === null) return <span className="n m3"><span aria-hidden>–</span><span className="vh">no quantity given</span></span>;
  const text = quantityText(quantity);
  if (quietZero && text === "0") return <span className="n m3"><span aria-hidden>·</span><span className="vh">0</span></span>;
  return <data className="n" value={quantity}>{text}{unit !== undefined && ` ${unit}`}</data>;
}
