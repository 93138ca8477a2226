import { brokerConnector } from "../contract/broker-connector";
import { defineConnector } from "../contract/connector";
import { secrets, settings } from "./config";
import { callTimeoutMs, openRabbit } from "./connection";

/** RabbitMQ 3.10 or later: a quorum queue is read, a topic exchange is told. */
export const rabbitmq = defineConnector(brokerConnector({
  type: "rabbitmq", title: "RabbitMQ", grade: "proven", settings, secrets, callTimeoutMs,
  cannot: ["Only quorum queues are read: others do not count deliveries.", "The broker drops no repeats: whoever is told looks at the message id.", "What is told while no queue is bound for it is lost at the exchange."],
  broker: { uses: ({ queue, exchange }) => ({ consumes: queue !== undefined, publishes: exchange !== undefined }), open: openRabbit },
}));
