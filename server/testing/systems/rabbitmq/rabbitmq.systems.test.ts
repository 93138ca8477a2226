import { describe } from "vitest";
import { conformsAsBroker } from "../broker-conformance";
import { brokerScenarios } from "../broker-scenarios";
import { startRabbit } from "./server";

describe("RabbitMQ", () => {
  describe("over one connection", () => { conformsAsBroker(startRabbit); });
  describe("in a worker", () => { brokerScenarios(startRabbit); });
});
