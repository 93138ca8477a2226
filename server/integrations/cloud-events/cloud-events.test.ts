import { cloudEventType } from "@/server/domain/contracts/registry";
import { examples } from "@/server/domain/contracts/examples";
import type { AnyConnector } from "../contract/connector";
import { conformsWhenTranslating, testNow, type Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { cloudEvents } from ".";

const setup: Setup = { connector: cloudEvents as unknown as AnyConnector, settings: {}, secrets: {}, codes: {} };
conforms(setup);
conformsWhenTranslating("Events by API", {
  setup, expected: { order: ["order.captured"] },
  messages: { order: { specversion: "1.0", id: "1", source: "/shop", type: cloudEventType("order.captured"), time: testNow, data: examples["order.captured"] } },
});
