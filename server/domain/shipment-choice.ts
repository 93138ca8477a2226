import { digestOf } from "./decisions";
import { latestOf, type Fact } from "./facts";
import { overlaid } from "./overlay";

/** What a person decided of one number for two shipments: whose counts, and what each of them said then. */
export interface ShipmentChoice { source: string; contents: Record<string, string> }

const isChoice = (value: unknown): value is ShipmentChoice => typeof value === "object" && value !== null && "source" in value && "contents" in value;

export function shipmentChoice(facts: readonly Fact[], shipment: string): ShipmentChoice | null {
  const value = overlaid(facts, shipment, "counts");
  return isChoice(value) ? value : null;
}

/** What each source tells of the goods under this number. */
export const contentsOf = (facts: readonly Fact[]): Record<string, string> =>
  Object.fromEntries(latestOf(facts, "shipment.confirmed").map(({ source, data }): [string, string] => [source, digestOf({ warehouse: data.warehouse, lines: data.lines })]).sort());
