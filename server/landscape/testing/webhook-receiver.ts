import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  rawBody: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- foreign JSON, asserted on in tests
  body: any;
}

/** Takes webhooks; answers what `answer` says. */
export async function startReceiver(answer: (received: Received) => number = () => 200): Promise<{ base: string; received: Received[]; close: () => Promise<void> }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks).toString('utf8');
      const one: Received = { path: request.url ?? '', headers: request.headers, rawBody, body: JSON.parse(rawBody) as unknown };
      received.push(one);
      response.writeHead(answer(one)).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks`,
    received,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
