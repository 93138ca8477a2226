import { createTransport, type Transporter } from "nodemailer";
import { fail, ok, type Result } from "@/server/domain/result";
import type { OutboundMail } from "../contract/mail";
import { dialable } from "../http/address";
import type { SmtpSession } from "./config";

export const callTimeoutMs = 20_000;

/** One connection for one piece of work, closed after it and when the session's signal ends. The checked address is dialled; the certificate is that of the name. */
async function withServer<T>({ settings, secrets, signal }: SmtpSession, work: (server: Transporter) => Promise<T>): Promise<Result<T>> {
  const address = await dialable(settings.host, settings.allowPrivateNetwork);
  if (!address.ok) return address;
  const server = createTransport({
    host: address.value, port: settings.port, secure: settings.security === "tls", requireTLS: settings.security === "starttls", ignoreTLS: settings.security === "none",
    tls: { servername: settings.host, minVersion: "TLSv1.2", ...(settings.authority === "" ? {} : { ca: settings.authority }) },
    ...(settings.user === "" ? {} : { auth: { user: settings.user, pass: secrets.password ?? "" } }),
    connectionTimeout: callTimeoutMs / 2, greetingTimeout: callTimeoutMs / 2, socketTimeout: callTimeoutMs, logger: false, disableFileAccess: true, disableUrlAccess: true,
  });
  const close = (): void => { server.close(); };
  signal.addEventListener("abort", close, { once: true });
  try { signal.throwIfAborted(); return ok(await work(server)); } catch (error) { return refusal(error as SmtpError); } finally { signal.removeEventListener("abort", close); close(); }
}

interface SmtpError extends Error { code?: string; responseCode?: number }
function refusal({ code, responseCode = 0, message }: SmtpError): Result<never> {
  const said = message.slice(0, 300);
  if (code === "EAUTH" && (responseCode === 0 || responseCode >= 500)) return fail("TEC-02", `The mail server refused our login: ${said}`);
  if (["EENVELOPE", "EMESSAGE"].includes(code ?? "") && responseCode >= 500) return responseCode === 530 ? fail("TEC-02", `The mail server asks for a login: ${said}`) : fail("REFUSED", `The mail server refused it: ${said}`);
  return fail("TEC-01", `The mail server could not be used: ${said}`);
}

/** Connects, encrypts and signs in; sends nothing. */
export const greet = (session: SmtpSession): Promise<Result<true>> => withServer(session, (server) => server.verify());

export const deliver = (session: SmtpSession, { messageId, to, subject, text, html, unsubscribe }: OutboundMail): Promise<Result<{ answer: string }>> =>
  withServer(session, async (server) => {
    const { from: address, fromName: name } = session.settings;
    const { response } = await server.sendMail({
      from: { name, address }, to, subject, text, html, messageId, encoding: "quoted-printable",
      // answers of machines, such as absence notes, are not wanted
      headers: { "Auto-Submitted": "auto-generated", "List-Unsubscribe": `<${unsubscribe}>` },
    }) as { response: string };
    return { answer: response.slice(0, 300) };
  });
