import { conformsWhenTranslating, type Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenConnected, toldByBrokers } from "../contract/testing/conforms-when-connected";
import { rabbitmq } from ".";

/** Against whatever may be at the other end; against RabbitMQ itself in server/testing/systems/rabbitmq. */
const setup: Setup = { connector: rabbitmq, settings: { user: "tower", exchange: "tower" }, secrets: { password: "pw-very-secret-1" }, codes: {} };

/** A method frame of AMQP 0-9-1 on channel 0. */
function frame(classId: number, method: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([0, classId, 0, method]), ...parts]), head = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 3);
  return Buffer.concat([head, body, Buffer.from([0xce])]);
}
const long = (text: string): Buffer => { const size = Buffer.alloc(4); size.writeUInt32BE(text.length); return Buffer.concat([size, Buffer.from(text)]); };
const short = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);

conforms({ ...setup, settings: { ...setup.settings, url: "amqp://127.0.0.1:9" } });
conformsWhenConnected("RabbitMQ", {
  setup, protocols: ["amqp", "amqps"],
  // connection.start: version 0-9, no properties, PLAIN
  greeting: frame(10, 10, Buffer.from([0, 9, 0, 0, 0, 0]), long("PLAIN"), long("en_US")),
  // connection.close: 403, said with the end of what came
  refuses: (received) => frame(10, 50, Buffer.from([1, 147]), short(`ACCESS_REFUSED ${received.toString("latin1").replaceAll(/[^ -~]/g, " ").slice(-200)}`), Buffer.alloc(4)),
  // 541: internal error
  fails: (words) => frame(10, 50, Buffer.from([2, 29]), short(words), Buffer.alloc(4)),
});
conformsWhenTranslating("RabbitMQ", { setup: { ...setup, settings: { ...setup.settings, url: "amqp://127.0.0.1:9" } }, ...toldByBrokers });
