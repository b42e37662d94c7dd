// The engine's process is killed in the middle of a run: the run goes on, and ends as if nothing had
// happened.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import Papa from 'papaparse';
import type { TrainEvent, TrainRequest } from '../../src/shared/events';
import { connect } from './connect';
import { expect, test } from './fixtures';

test.skip(({ host }) => host === 'electron', 'Its engine is reached through the window alone.');
test.skip(process.platform === 'win32', 'Processes are found with pgrep.');

/** Eight messages of each label of the sample table. */
async function sampleRequest(): Promise<TrainRequest> {
  const csv = await readFile('resources/samples/customer-messages.csv', 'utf8');
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  const names = [...new Set(data.map((row) => row.label ?? ''))];
  const examples = names.flatMap((name) =>
    data
      .filter((row) => row.label === name)
      .slice(0, 8)
      .map((row) => ({ id: row.id ?? '', text: row.text ?? '', labels: [name] })),
  );
  const labels = names.map((name) => ({ id: name, name }));
  const task = { kind: 'single' as const, template: 'This message is about', labels };
  return {
    runId: randomUUID(),
    encoder: 'handful-mini',
    task,
    examples,
    watch: [],
    pool: [],
    seed: 7,
  };
}

test('a run whose engine is killed ends with the same losses', async ({ studio }) => {
  test.setTimeout(300_000);
  const client = await connect(studio.address());
  const request = await sampleRequest();
  const train = async (runId: string, onEvent: (event: TrainEvent) => Promise<void>) => {
    const stream = client.training.run({ ...request, runId }, new AbortController().signal);
    for await (const event of stream) {
      await onEvent(event);
      if (event.type === 'finished') return event.summary;
    }
    throw new Error('The run ended without a result.');
  };

  const whole = await train(randomUUID(), () => Promise.resolve());

  const killAt = Math.floor(whole.losses.length / 2);
  const starts: number[] = [];
  const killed = await train(request.runId, async (event) => {
    if (event.type === 'started') starts.push(event.resumedAt);
    if (event.type === 'step' && event.step === killAt && starts.length === 1) {
      const { stdout } = await promisify(execFile)('pgrep', ['-P', String(studio.pid())]);
      process.kill(Number(stdout.trim()), 'SIGKILL');
    }
  });
  expect(starts).toHaveLength(2);
  expect(starts[1]).toBeLessThanOrEqual(killAt);
  expect(killed.losses).toHaveLength(whole.losses.length);
  expect(killed.losses.at(-1)).toBeCloseTo(whole.losses.at(-1) ?? 0, 5);
});
