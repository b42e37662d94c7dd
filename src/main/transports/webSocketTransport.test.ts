import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { messageLimitBytes } from '../../shared/rpc/messageSize';
import type { Transport } from '../../shared/rpc/transport';
import { acceptWebSockets } from './webSocketTransport';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function connect() {
  const server = createServer();
  const accepted = new Promise<Transport>((resolve) => {
    const close = acceptWebSockets(server, () => null, resolve);
    cleanUps.push(close, () => server.close());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const closeCode = new Promise<number>((resolve) => page.once('close', resolve));
  await new Promise((resolve) => page.once('open', resolve));
  const transport = await accepted;
  const closed = new Promise<void>((resolve) => transport.onClose(resolve));
  return { page, transport, closeCode, closed };
}

it.each([
  ['text that is not JSON', 'hello', 1007],
  ['bytes', Buffer.from([1, 2, 3]), 1003],
  ['a frame past the limit', 'x'.repeat(messageLimitBytes + 1), 1009],
])('ends the connection over %s', async (_what, frame, code) => {
  const { page, closeCode, closed } = await connect();
  page.send(frame);
  expect(await closeCode).toBe(code);
  await closed;
});

it('answers with an error in place of a value past the limit, and goes on', async () => {
  const { page, transport } = await connect();
  const answers: unknown[] = [];
  page.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString())));
  // Two bytes a character: the limit is one of bytes.
  transport.send({ type: 'value', id: 1, value: 'ž'.repeat(messageLimitBytes / 2) });
  transport.send({ type: 'value', id: 2, value: 'small' });
  await expect.poll(() => answers).toHaveLength(2);
  expect(answers[0]).toMatchObject({ type: 'error', id: 1, error: { code: 'too-large' } });
  expect(answers[1]).toEqual({ type: 'value', id: 2, value: 'small' });
});

it('drops what is sent after the page has gone', async () => {
  const { page, transport, closed } = await connect();
  page.terminate();
  await closed;
  transport.send({ type: 'end', id: 1 });
});
