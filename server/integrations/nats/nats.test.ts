import { conformsWhenTranslating, type Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { conformsWhenConnected, toldByBrokers } from "../contract/testing/conforms-when-connected";
import { nats } from ".";

/** Against whatever may be at the other end; against nats-server itself in server/testing/systems/nats. */
const setup: Setup = { connector: nats, settings: { user: "tower", publishTo: "tower" }, secrets: { password: "pw-very-secret-1" }, codes: {} };

conforms({ ...setup, settings: { ...setup.settings, url: "nats://127.0.0.1:9" } });
conformsWhenConnected("NATS", {
  setup, protocols: ["nats", "tls"],
  greeting: Buffer.from(`INFO ${JSON.stringify({ server_id: "A", version: "2.9.10", proto: 1, headers: true, max_payload: 1_048_576, jetstream: true, auth_required: true })}\r\n`),
  refuses: (received) => Buffer.from(`-ERR 'Authorization Violation: ${received.toString("utf8").replaceAll(/['\r\n]/g, " ")}'\r\n`),
  fails: (words) => Buffer.from(`-ERR 'Stale Connection ${words}'\r\n`),
});
conformsWhenTranslating("NATS", { setup: { ...setup, settings: { ...setup.settings, url: "nats://127.0.0.1:9" } }, ...toldByBrokers });
