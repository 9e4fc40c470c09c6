/**
 * A receiver to play with: prints every webhook it gets and whether its signatures are right: Standard Webhooks, and
 * `t=…,v1=…` where a header holds one.
 *   node examples/receiver.mjs [port] [secret]
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const [port = '4000', secret = process.env.WEBHOOK_SECRET] = process.argv.slice(2);
const TOLERANCE_SECONDS = 300;

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  console.log(
    `\n${request.method} ${request.url}  webhook-id: ${request.headers['webhook-id']}  ${verdict(body, request.headers)}`,
  );
  console.log(pretty(body));
  response.writeHead(200, { 'content-type': 'text/plain' }).end('received');
}).listen(Number(port), '127.0.0.1', () => console.log(`Waiting for webhooks on http://127.0.0.1:${port}`));

function verdict(body, headers) {
  if (!secret) return '(no secret given: signature not checked)';
  const verdicts = [`signature: ${isStandard(body, headers) ? 'valid' : 'NOT valid'}`];
  for (const [name, value] of Object.entries(headers)) {
    if (/^t=\d+,v1=/.test(value)) verdicts.push(`${name}: ${isTimestamped(body, value) ? 'valid' : 'NOT valid'}`);
  }
  return verdicts.join('  ');
}

function isStandard(body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `t.body`; while a secret is rotated there are two `v1`. */
function isTimestamped(body, header) {
  const [[, time], ...signatures] = header.split(',').map((part) => part.split('='));
  if (Math.abs(Date.now() / 1000 - Number(time)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  return signatures.some(([, hex]) => {
    const given = Buffer.from(hex, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
