import { codebook } from "../order-to-cash/order/codes";
import { packChanges, packDocument, packPath, packSize, type PackWord } from "../order-to-cash/order/lines/packs";
import { capturedVersions } from "../order-to-cash/order/record";
import { remedy, says, type Remedies } from "./remedy";

/** ORD-02 of a pack that changed after release: the order is counted by the new one, or stays as it was released. */
export const choosePack: Remedies = (input) => {
  const source = capturedVersions(input).at(-1)?.source;
  if (source === undefined) return [];
  return packChanges(codebook(input.reference, source, input.policy), input.facts).flatMap(({ item, unit, baseUnit, used, master, masterBase }) => {
    const choice = (verb: "take_pack" | "keep_pack", use: PackWord["use"], base: string, effect: string) => remedy({
      verb, target: `${item}/${unit}`, title: `Count ${item} at ${packSize(use)} ${base} a ${unit}`, effect, permission: "decision.operations", resolution: "fixed_and_verified",
      evidence: { item, unit, released: packSize(used), master: master && packSize(master) },
      say: () => says({ type: "field.overlaid", document: packDocument(item, unit), path: packPath, value: { use, master, baseUnit: masterBase } satisfies PackWord }),
    });
    return [
      choice("keep_pack", used, baseUnit, "The order stays as it was released and billed."),
      ...(master === null ? [] : [choice("take_pack", master, masterBase, "What the order asks for, and its price for one, is reckoned anew: more is released, less recalled, and what was billed otherwise is a credit or debit with an approval of its own.")]),
    ];
  });
};
