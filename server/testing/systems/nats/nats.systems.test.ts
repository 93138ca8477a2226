import { describe } from "vitest";
import { brokerScenarios } from "../broker-scenarios";
import { startNats } from "./server";

describe("NATS JetStream", () => { brokerScenarios(startNats); });
