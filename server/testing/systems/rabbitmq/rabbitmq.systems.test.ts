import { describe } from "vitest";
import { brokerScenarios } from "../broker-scenarios";
import { startRabbit } from "./server";

describe("RabbitMQ", () => { brokerScenarios(startRabbit); });
