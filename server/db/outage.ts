/** Ways of the network and of the driver to say that nobody is there. */
const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "ENOTFOUND", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN"]);
/** SQLSTATE: connection exceptions, no resources left (a full disk, too), shutting down or starting up, trouble with its files. */
const serverCodes = /^(08|53|57P0|58030)/;
const driverWords = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** Whether the database was not there to answer, as opposed to having refused what it was asked. */
export function isOutage(error: unknown): boolean {
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  return networkCodes.has(code) || serverCodes.test(code) || driverWords.test(message);
}
