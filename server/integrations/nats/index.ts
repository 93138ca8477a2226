import { brokerConnector } from "../contract/broker-connector";
import { defineConnector } from "../contract/connector";
import { secrets, settings } from "./config";
import { callTimeoutMs, openNats } from "./connection";

/** NATS JetStream, server 2.9 or later: a durable pull consumer is read, a stream is told. */
export const nats = defineConnector(brokerConnector({
  type: "nats", title: "NATS JetStream", grade: "proven", settings, secrets, callTimeoutMs,
  cannot: ["Streams are made by whoever runs the server.", "Our repeats are dropped by the stream only within its duplicate window."],
  broker: { uses: ({ stream, publishTo }) => ({ consumes: stream !== undefined, publishes: publishTo !== undefined }), open: openNats },
}));
