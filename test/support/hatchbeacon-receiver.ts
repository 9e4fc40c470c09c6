import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { passesHatchBeaconSample } from './verify.js';

/**
 * A receiver as HatchBeacon's document writes it: Express, its JSON parser with its defaults, and a signature over the
 * body serialised again. Answers 200 when the signature fits and 401 when not, so the task history tells its verdict.
 */
export class HatchBeaconReceiver {
  /** What it verifies with; set after subscribing. */
  secret = '';
  readonly bodies: unknown[] = [];

  private constructor(
    readonly url: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<HatchBeaconReceiver> {
    const app = express();
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new HatchBeaconReceiver(`http://127.0.0.1:${port}/webhook`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    app.post('/webhook', express.json(), (request, response) => {
      receiver.bodies.push(request.body);
      const signature = request.header('x-webhook-signature') ?? '';
      const isValid = passesHatchBeaconSample(request.body, signature, receiver.secret);
      response.status(isValid ? 200 : 401).send(isValid ? 'OK' : 'Invalid signature');
    });
    return receiver;
  }

  close(): Promise<void> {
    return this.stop();
  }
}
