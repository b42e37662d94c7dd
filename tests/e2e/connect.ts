// A client of a running studio, beside its page.
import { WebSocket } from 'ws';
import { openEnd } from '../../src/main/transports/ends';
import { studioContract } from '../../src/shared/contract';
import { createClient } from '../../src/shared/rpc/client';

export async function connect(address: string) {
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/studio${url.search}`, { origin: url.origin });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const end = openEnd((message) => socket.send(JSON.stringify(message)));
  socket.on('message', (data: Buffer) => end.receive(JSON.parse(data.toString())));
  socket.on('close', end.close);
  return createClient(studioContract, end.transport);
}
