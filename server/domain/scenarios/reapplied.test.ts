import { expect } from "vitest";
import { customer, order, overlays, pays, ships } from "../../testing/world/builders";
import type { Play } from "../../testing/world/play";
import { open, troubles } from "../../testing/world/readings";
import type { World } from "../../testing/world/world";
import { booked, scenario } from "./harness";

const receipt = { entity: "US01", kind: "receipt", key: "R-2" } as const;
const opens = (world: World) => ["INV-1", "INV-2"].map((invoice) => open(world, invoice));
const asked = (world: World, kind: "apply_receipt" | "reverse_application") => world.commands(kind).filter((row) => row.subject === "US01:receipt:R-2").map(({ slot, state }) => [slot, state]);
/** Two invoices of one order, each paid by a receipt for that order. */
const paid = (play: Play) => {
  play.given(customer("C-1", { taxExempt: true, certificates: [{ jurisdiction: "IL", validFrom: "2020-01-01" }] }));
  play.tell(order("SO-1").line("1", "A", 10, "10.00"), ships("SH-1", "2026-03-02 10:00", [{ order: "SO-1", line: "1", item: "A", quantity: 5 }])); play.until("2026-03-02 12:00");
  play.tell(ships("SH-2", "2026-03-02 13:00", [{ order: "SO-1", line: "1", item: "A", quantity: 5 }])); play.until("2026-03-02 18:00");
  play.tell(pays("R-1", "2026-03-03 10:00", "50.00", {}, { order: "SO-1" })); play.until("2026-03-03 12:00");
  play.tell(pays("R-2", "2026-03-03 13:00", "50.00", {}, { order: "SO-1" })); play.until("2026-03-03 18:00");
};

scenario("an earlier invoice that is open again draws no money away from the later one that the ledger has it on", {
  script: (play) => { paid(play); play.tell(pays("R-1", "2026-03-04 10:00", "50.00", { "INV-9": "50.00" }, { version: 2, receivedOn: "2026-03-03" })); play.until("2026-03-06 12:00"); },
  end: (world) => { expect([opens(world), asked(world, "apply_receipt"), asked(world, "reverse_application"), troubles(world)]).toEqual([["50.00", "0.00"], [["INV-2", "confirmed"]], [], ["PAY-01"]]); },
});

scenario("what a person places elsewhere is asked of the ledger once it has that money free", {
  script: (play) => {
    paid(play); play.tell(pays("R-1", "2026-03-04 10:00", "50.00", { "INV-9": "50.00" }, { version: 2, receivedOn: "2026-03-03" })); play.until("2026-03-05 12:00");
    play.fault({ kind: "reverse_application", does: "vanish" });
    play.tell(overlays(receipt, "D-1", "2026-03-05 13:00", "R-2", "remittance", [{ document: "INV-1", amount: "50.00" }])); play.until("2026-03-06 12:00");
  },
  end: (world) => {
    expect([opens(world), asked(world, "apply_receipt"), asked(world, "reverse_application")]).toEqual([["0.00", "50.00"], [["INV-2", "confirmed"], ["INV-1", "confirmed"]], [["INV-2", "confirmed"]]]);
    expect(booked(world, "US01:receipt:R-2", "applied").amount).toBe("50.00");
    expect(world.commands("apply_receipt").map(({ attempts }) => attempts), "never refused").toEqual([1, 1, 1]);
  },
});
