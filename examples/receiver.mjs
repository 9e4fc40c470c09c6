/**
 * A receiver to play with: prints every webhook it gets and whether its signature is right.
 *   node examples/receiver.mjs [port] [secret]
 */
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const [port = '4000', secret = process.env.WEBHOOK_SECRET] = process.argv.slice(2);

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
  try {
    new Webhook(secret).verify(body, headers);
    return 'signature: valid';
  } catch {
    return 'signature: NOT valid';
  }
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
