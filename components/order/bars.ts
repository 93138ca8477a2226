import type { HolderInterval } from "@/components/charts/waterfall-chart";
import { stageName } from "@/components/tower/stage-words";
import type { OrderDetail } from "@/server/api/shapes";
import { holderName, roleOf } from "./holders";

type Slice = Pick<OrderDetail["slices"][number], "subjectId" | "stage" | "holder" | "document" | "validFrom" | "validTo">;
/** What follows within this is the same wait. */
const ONE_MS = 1000;
/** In these stages the order's slice says what its shipment or billing unit says too. */
const ofDocument = new Set(["deliver", "bill_wait", "bill_control", "post", "send", "notify", "collect"]);

/** Who held the ball, by stage, document and holder; at most 12 bars, the longest, as they began. The order and its document say the same of the same goods: that is one bar. */
export function barsOf(slices: readonly Slice[], related: readonly Pick<OrderDetail["related"][number], "id" | "number">[]): HolderInterval[] {
  const bars: HolderInterval[] = [], latest = new Map<string, HolderInterval>();
  for (const { subjectId, stage, holder, document, validFrom, validTo } of [...slices].sort((a, b) => a.validFrom.localeCompare(b.validFrom))) {
    // A billing unit that has no number yet is named by its shipment; what is being carried is the shipment's, whoever counts it.
    const about = (related.find(({ id }) => id === subjectId)?.number ?? (ofDocument.has(stage) ? document : null))?.split("/")[0];
    const name = about === undefined ? stageName(stage) : `${stageName(stage)} ${about}`, key = `${name}|${holder}`, present = latest.get(key);
    if (present && (present.to === null || Date.parse(validFrom) - Date.parse(present.to) < ONE_MS)) {
      if (validTo === null || (present.to !== null && validTo > present.to)) present.to = validTo;
      present.strong = present.to === null;
      continue;
    }
    const bar: HolderInterval = { key: `${key}|${validFrom}`, name, holder: holderName(holder), role: roleOf(holder), from: validFrom, to: validTo, strong: validTo === null };
    latest.set(key, bar);
    bars.push(bar);
  }
  const length = (bar: HolderInterval): number => (bar.to === null ? Number.MAX_SAFE_INTEGER : Date.parse(bar.to)) - Date.parse(bar.from);
  return bars.sort((a, b) => length(b) - length(a)).slice(0, 12).sort((a, b) => a.from.localeCompare(b.from));
}
