import { describe } from "vitest";
import { conformsAsBroker } from "../broker-conformance";
import { brokerScenarios } from "../broker-scenarios";
import { startNats } from "./server";

describe("NATS JetStream", () => {
  describe("over one connection", () => { conformsAsBroker(startNats); });
  describe("in a worker", () => { brokerScenarios(startNats); });
});
