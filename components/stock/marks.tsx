import { Chip, type ChipKind } from "@/components/ui/chip";
import type { IconName } from "@/components/ui/icon";
import { quantityText } from "@/components/ui/money-text";
import type { StockStanding } from "@/server/api/shapes";
import { standingWords } from "./search";

const marks: Readonly<Record<StockStanding, { kind: ChipKind; icon: IconName }>> = {
  drift: { kind: "drift", icon: "equal-not" }, behind: { kind: "line", icon: "hourglass" }, told: { kind: "line", icon: "send" }, in_step: { kind: "ok", icon: "check" }, other: { kind: "plain", icon: "circle-dashed" },
};
/** How a channel's count stands to the warehouse's. */
export const StandingMark = ({ standing }: { standing: StockStanding }) => <Chip kind={marks[standing].kind} icon={marks[standing].icon} small>{standingWords[standing]}</Chip>;

/** A quantity, or a dash where nobody has said one. */
export const Count = ({ value, signed }: { value: string | null; signed?: boolean | undefined }) => (value === null ? <span className="m3">–</span> : <span className="n">{signed && !value.startsWith("-") && value !== "0" ? "+" : ""}{quantityText(value)}</span>);
