/**
 * Programs that receive a dialect's webhooks and verify them, for people to start from: nothing but what Node and Python bring
 * along. A dialect brings how its signature is verified; what is around that is the same for all.
 */

export type ReceiverLanguage = 'node' | 'python';

/** A whole program each, ready to be run. */
export type ReceiverCode = Readonly<Record<ReceiverLanguage, string>>;

export interface Verification {
  /** What is said of it at the top: whole lines, without the language's sign of a comment. */
  readonly remarks: readonly string[];
  /**
   * Defines `isAuthentic(headers, body)`, given header names in lower case and a Buffer; may use `secrets`, `isEqual`, `isRecent`
   * and `createHmac`.
   */
  readonly node: string;
  /** Defines `is_authentic(headers, body)`, given bytes; may use `SECRETS`, `is_equal`, `is_recent` and what is imported. */
  readonly python: string;
  /** Whoever sends this header back confirms a new subscription. */
  readonly confirmationHeader?: string;
}

const SECRET_REMARKS: readonly string[] = [
  'WEBHOOK_SECRET is the signing secret as it was shown;',
  'while it is rotated, WEBHOOK_SECRET_PREVIOUS is the one before.',
];
/** People's data do not belong into logs. */
const DUTY =
  'Yours to fill in. Answer soon and work later; the same id may come again: do nothing twice. Keep the event out of logs.';
const CONFIRMATION = 'Sending this header back confirms a new subscription; such a call tells nothing else.';

const NODE_IS_RECENT = `/** At most five minutes from now: an older call was recorded by somebody. */
function isRecent(timestamp) {
  return Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
}

`;
const PYTHON_IS_RECENT = `def is_recent(timestamp):
    """At most five minutes from now: an older call was recorded by somebody."""
    return timestamp.isascii() and timestamp.isdigit() and abs(time.time() - int(timestamp)) <= 300


`;

export function receiverCode(verification: Verification): ReceiverCode {
  return { node: nodeProgram(verification), python: pythonProgram(verification) };
}

function nodeProgram({ remarks, node, confirmationHeader }: Verification): string {
  return `${commented('//', [...remarks, ...SECRET_REMARKS])}
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { env } from 'node:process';

const secrets = [env.WEBHOOK_SECRET, env.WEBHOOK_SECRET_PREVIOUS].filter(Boolean);
if (secrets.length === 0) throw new Error('WEBHOOK_SECRET is not set.');

/** ${DUTY} */
function take(id, event) {
  console.log(\`Received \${id}\`);
}

${node.trim()}

${node.includes('isRecent(') ? NODE_IS_RECENT : ''}/** Takes as long wherever the difference is. */
function isEqual(given, expected) {
  const [left, right] = [Buffer.from(String(given)), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    // The bytes as they came: what another parser writes may differ from what was signed.
    const body = Buffer.concat(chunks);${confirmationHeader === undefined ? '' : nodeConfirmation(confirmationHeader)}
    if (!isAuthentic(request.headers, body)) return response.writeHead(401).end();
    take(request.headers['webhook-id'], JSON.parse(body.toString()));
    response.writeHead(204).end();
  });
});

// Behind whatever speaks HTTPS for it.
server.listen(Number(env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(\`Listening on port \${server.address().port}\`);
});
`;
}

function nodeConfirmation(header: string): string {
  return `
    // ${CONFIRMATION}
    const proof = request.headers['${header}'];
    if (proof) return response.writeHead(200, { '${header}': proof }).end();`;
}

function pythonProgram({ remarks, python, confirmationHeader }: Verification): string {
  return `${commented('#', [...remarks, ...SECRET_REMARKS])}
${pythonImports(python)}
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRETS = [os.environ[name] for name in ("WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS") if os.environ.get(name)]
if not SECRETS:
    raise SystemExit("WEBHOOK_SECRET is not set.")


def take(message_id, event):
    """${DUTY}"""
    print(f"Received {message_id}", flush=True)


${python.trim()}


${python.includes('is_recent(') ? PYTHON_IS_RECENT : ''}def is_equal(given, expected):
    """Takes as long wherever the difference is."""
    return hmac.compare_digest(given.encode(), expected.encode())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The bytes as they came: what json.dumps writes differs from what was signed.
        body = self.rfile.read(int(self.headers.get("content-length", 0)))${
          confirmationHeader === undefined ? '' : pythonConfirmation(confirmationHeader)
        }
        if not is_authentic(self.headers, body):
            return self.answer(401)
        take(self.headers["webhook-id"], json.loads(body))
        self.answer(204)

    def answer(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()


# Behind whatever speaks HTTPS for it.
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8080))), Receiver)
print(f"Listening on port {server.server_port}", flush=True)
server.serve_forever()
`;
}

function pythonImports(verification: string): string {
  const used = [...(verification.includes('is_recent(') ? ['time'] : []), 'hmac', 'json', 'os'];
  for (const name of ['base64', 'hashlib']) if (verification.includes(`${name}.`)) used.push(name);
  return used
    .sort()
    .map((name) => `import ${name}`)
    .join('\n');
}

function pythonConfirmation(header: string): string {
  return `
        # ${CONFIRMATION}
        proof = self.headers.get("${header}")
        if proof:
            return self.answer(200, ("${header}", proof))`;
}

function commented(sign: string, lines: readonly string[]): string {
  return lines.map((line) => `${sign} ${line}`).join('\n');
}

/** What every dialect's calls carry, and all there is to verify where a vendor signs nothing of its own. */
const STANDARD_VERIFICATION: Verification = {
  remarks: ['Verifies the signature of Standard Webhooks (https://www.standardwebhooks.com).'],
  node: `
function isAuthentic(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!isRecent(timestamp)) return false;
  return secrets.some((secret) => {
    // What follows the prefix is the key in base64; a secret without the prefix is the key itself.
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
    const signature = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(body).digest('base64');
    // Two stand there while the secret is rotated.
    return signatures.split(' ').some((given) => isEqual(given, \`v1,\${signature}\`));
  });
}`,
  python: `
def is_authentic(headers, body):
    message_id, timestamp, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not is_recent(timestamp):
        return False
    for secret in SECRETS:
        # What follows the prefix is the key in base64; a secret without the prefix is the key itself.
        key = base64.b64decode(secret[6:] + "==") if secret.startswith("whsec_") else secret.encode()
        signature = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
        expected = "v1," + base64.b64encode(signature).decode()
        # Two stand there while the secret is rotated.
        if any(is_equal(given, expected) for given in signatures.split(" ")):
            return True
    return False`,
};

export function standardReceiverCode(changes: Partial<Verification> = {}): ReceiverCode {
  return receiverCode({ ...STANDARD_VERIFICATION, ...changes });
}
