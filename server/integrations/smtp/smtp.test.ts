import type { Setup } from "../contract/testing/conformance";
import { conforms } from "../contract/testing/conforms";
import { smtp } from ".";

/** Against whatever may be at the other end; against a mail server in server/testing/systems/smtp. */
const setup: Setup = { connector: smtp, settings: { host: "127.0.0.1", allowPrivateNetwork: true, user: "tower", from: "tower@example.com" }, secrets: { password: "pw-very-secret-1" }, codes: {} };
conforms(setup);
