import { expect, test } from "vitest";
import { event, item, order, pays, returnAuthorised, returnReceived, ships, at } from "../../testing/world/builders";
import { testPolicy } from "../../testing/world/defaults";
import { tellInOrder, type Script } from "../../testing/world/play";
import { planners } from "../planners";

/** Natural keys are for ever: a document made under another key would be made twice. A change here is a decision, never a repair. */
const keysOf = (script: Script): string[] => tellInOrder(script, { planners }).commands().filter((row) => row.state === "confirmed").map((row) => row.naturalKey).sort();

test("S01: the keys of its commands", () => {
  expect(keysOf((play) => {
    play.tell(order("SO-1").line("1", "A", 10, "12.50").line("2", "B", 4, "33.33").charge("freight", "15.00"));
    play.tell(ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }, { order: "SO-1", line: "2", item: "B", quantity: 4 }]));
    play.tell(event("shipment.delivered", at("2026-03-04 10:00"), { shipment: "SH-1", version: 1, state: "delivered", at: at("2026-03-04 10:00") }));
    play.tell(pays("R-1", "2026-03-30 10:00", "295.19", { "INV-1": "295.19" }));
  })).toMatchInlineSnapshot(`
    [
      "acknowledge_order|US01:order:SO-1||1",
      "apply_receipt|US01:receipt:R-1|INV-1|1",
      "commit_tax|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "determine_tax|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "estimate_tax|US01:order:SO-1||1",
      "notify_shipment|US01:shipment:SH-1|SO-1/channel|1",
      "notify_shipment|US01:shipment:SH-1|SO-1/customer|1",
      "post_invoice|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "post_receipt|US01:receipt:R-1||1",
      "release_to_warehouse|US01:order:SO-1|SO-1-R1|1",
      "request_allocation|US01:order:SO-1|1|1",
      "request_allocation|US01:order:SO-1|2|1",
      "send_invoice|US01:billing_unit:SH-1/C-1/USD/net30/p1|web|1",
      "update_order_status|US01:order:SO-1||1",
      "update_order_status|US01:order:SO-1||2",
      "update_order_status|US01:order:SO-1||3",
    ]
  `);
});

test("S03: the keys of its credit", () => {
  expect(keysOf((play) => {
    play.tell(order("SO-3").line("1", "A", 60, "8.40"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-3", line: "1", item: "A", quantity: 60 }]));
    play.tell(returnAuthorised("RMA-1", "SO-3", "2026-03-20 10:00", { 1: 15 }), returnReceived("RMA-1", "SO-3", "2026-03-24 10:00", [{ line: "1", item: "A", quantity: 15 }]));
  }).filter((key) => key.includes(":return:"))).toMatchInlineSnapshot(`
    [
      "apply_credit|US01:return:RMA-1|RMA-1:INV-1|1",
      "post_credit|US01:return:RMA-1|RMA-1|1",
      "return_tax|US01:return:RMA-1|RMA-1|1",
    ]
  `);
});

test("a payment that bounced: the keys of what takes it back", () => {
  expect(keysOf((play) => {
    play.tell(order("SO-1").line("1", "A", 10, "12.50"), ships("SH-1", "2026-03-02 14:00", [{ order: "SO-1", line: "1", item: "A", quantity: 10 }]));
    play.tell(pays("R-1", "2026-03-05 10:00", "135.00", { "INV-1": "135.00" }));
    play.tell(pays("R-1", "2026-03-09 10:00", "135.00", { "INV-1": "135.00" }, { version: 2, reversed: true }));
  }).filter((key) => key.includes(":receipt:"))).toMatchInlineSnapshot(`
    [
      "apply_receipt|US01:receipt:R-1|INV-1|1",
      "post_receipt|US01:receipt:R-1||1",
      "reverse_application|US01:receipt:R-1|INV-1|1",
      "reverse_receipt|US01:receipt:R-1||1",
    ]
  `);
});

test("S02: the keys of its commands", () => {
  expect(keysOf((play) => {
    play.tell(order("SO-2").line("1", "A", 3, "33.33").discount("10.00").charge("freight", "9.99", "none"));
    for (const day of [3, 4, 5]) play.tell(ships(`SH-${day - 2}`, `2026-03-0${day} 14:00`, [{ order: "SO-2", line: "1", item: "A", quantity: 1 }]));
  })).toMatchInlineSnapshot(`
    [
      "acknowledge_order|US01:order:SO-2||1",
      "commit_tax|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "commit_tax|US01:billing_unit:SH-2/C-1/USD/net30/p1||1",
      "commit_tax|US01:billing_unit:SH-3/C-1/USD/net30/p1||1",
      "determine_tax|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "determine_tax|US01:billing_unit:SH-2/C-1/USD/net30/p1||1",
      "determine_tax|US01:billing_unit:SH-3/C-1/USD/net30/p1||1",
      "estimate_tax|US01:order:SO-2||1",
      "notify_shipment|US01:shipment:SH-1|SO-2/channel|1",
      "notify_shipment|US01:shipment:SH-1|SO-2/customer|1",
      "notify_shipment|US01:shipment:SH-2|SO-2/channel|1",
      "notify_shipment|US01:shipment:SH-2|SO-2/customer|1",
      "notify_shipment|US01:shipment:SH-3|SO-2/channel|1",
      "notify_shipment|US01:shipment:SH-3|SO-2/customer|1",
      "post_invoice|US01:billing_unit:SH-1/C-1/USD/net30/p1||1",
      "post_invoice|US01:billing_unit:SH-2/C-1/USD/net30/p1||1",
      "post_invoice|US01:billing_unit:SH-3/C-1/USD/net30/p1||1",
      "release_to_warehouse|US01:order:SO-2|SO-2-R1|1",
      "request_allocation|US01:order:SO-2|1|1",
      "send_invoice|US01:billing_unit:SH-1/C-1/USD/net30/p1|web|1",
      "send_invoice|US01:billing_unit:SH-2/C-1/USD/net30/p1|web|1",
      "send_invoice|US01:billing_unit:SH-3/C-1/USD/net30/p1|web|1",
      "update_order_status|US01:order:SO-2||1",
      "update_order_status|US01:order:SO-2||2",
      "update_order_status|US01:order:SO-2||3",
      "update_order_status|US01:order:SO-2||4",
      "update_order_status|US01:order:SO-2||5",
    ]
  `);
});

test("stock in a channel: an item in a warehouse, the channel, and how often it was told", () => {
  const stock = (source: string, when: string, onHand: string, allocated = "0") => event("stock.positioned", at(when), { item: "A", warehouse: "W1", version: Date.parse(at(when)), onHand, allocated, at: at(when) }, source);
  const routes = [...testPolicy.routes, { document: "*", capability: "stock", connector: "shop", mode: "act", managedFrom: "2000-01-01T00:00:00.000Z" } as const];
  const world = tellInOrder((play) => { play.given(item("A")); play.tell(stock("shop", "2026-03-02 08:00", "50"), stock("wms", "2026-03-02 09:00", "150"), stock("wms", "2026-03-02 10:00", "90", "10")); }, { planners, policy: { routes } });
  expect(world.commands().filter((row) => row.state === "confirmed").map((row) => row.naturalKey)).toEqual(["update_stock|US01:stock_position:A/W1|shop|1", "update_stock|US01:stock_position:A/W1|shop|2"]);
});
