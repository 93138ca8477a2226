import { refuse, search, system } from "../client";
import { companyOf } from "../masters";
import { lookedUpBy, type Role } from "../role";
import { identified } from "../wire";
import { censuses } from "./census";
import { feeds } from "./feeds";
import { lookupRecall, recall } from "./recall";
import { lookupRelease, release } from "./release";
import { allocate, lookupAllocation } from "./reserve";
import { messages, toCanonical } from "./to-canonical";

const byReference = lookedUpBy("Reference", false);

/** Stock: reserved, released, shipped and returned. People pick, pack and ship in Tryton; what they do there is read. */
export const warehouse: Role = {
  name: "warehouse",
  commands: { request_allocation: byReference, release_to_warehouse: byReference, recall_release: lookedUpBy("Note of the shipment", false) },
  // Tryton locks all moves of the goods while it assigns: whoever comes second has done nothing, but has waited.
  serializeBy: () => "stock",
  cannot: ["take back what is picked already", "tell of carrier and tracking", "take back a shipment that left", "say when goods that are missing will come"],
  feeds, censuses, messages, toCanonical,
  check: async (session) => {
    const { name } = await companyOf(session), code = session.settings.warehouse;
    const [place] = await search(session, "stock.location", [["code", "=", code], ["type", "=", "warehouse"]], ["code"], identified);
    if (!place) refuse("SETTINGS", `${system} has no active warehouse with the code ${code}`);
    for (const model of ["stock.shipment.out", "stock.shipment.internal", "stock.move", "ir.note"]) await search(session, model, [], ["create_date"], identified, { limit: 1 });
    return `the warehouse ${code} of ${name}`;
  },
  send: (session, command) => {
    switch (command.kind) {
      case "request_allocation": return allocate(session, command);
      case "release_to_warehouse": return release(session, command);
      default: return recall(session, command);
    }
  },
  lookup: (session, command) => {
    switch (command.kind) {
      case "request_allocation": return lookupAllocation(session, command);
      case "release_to_warehouse": return lookupRelease(session, command);
      default: return lookupRecall(session, command);
    }
  },
  verify: () => Promise.resolve({ kind: "failed", failure: { code: "TEC-05", message: `${system}'s warehouse is not read back` } }),
};
