/** SQLSTATE classes 08 (connection) and 57P (shutdown, start-up), 53300 (too many connections), 25006 (a standby), and lost sockets. */
const CODES =
  /^(08...|57P0.|53300|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Driver not Connected|connection is not queryable|not queryable/i;

/** Whether an error says that the database cannot be reached, rather than what it thinks of a statement. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && CODES.test(code)) || (typeof message === 'string' && MESSAGES.test(message));
}
