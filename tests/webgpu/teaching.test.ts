// Teaching a toy encoder on a graphics card, by the command, against the same teaching on the processor.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildChildScript } from '../contract/childScript';
import { toyEncoder } from '../toyEncoder';
import { temporaryFolder } from '../toyStudio';
import { findGraphics } from './graphics';

const texts = ['the app is great', 'the parcel is bad', 'the screen is slow', 'the price is good'];

async function writeData(folder: string): Promise<void> {
  const write = (name: string, rows: readonly object[]) =>
    writeFile(path.join(folder, name), gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')));
  await mkdir(folder);
  const many = Array.from({ length: 60 }, (_, i) => ({ i, text: texts[i % 4] ?? '' }));
  await write(
    'cls-opinions.jsonl.gz',
    many.map(({ i, text }) => ({ text, label: i % 4 === 0 || i % 4 === 3 ? 'happy' : 'sad' })),
  );
  await write(
    'nli-pairs.jsonl.gz',
    many.map(({ i, text }) =>
      i % 3
        ? { premise: text, hypothesis: text, label: 'entailment' }
        : { premise: text, hypothesis: 'we love food', label: 'neutral' },
    ),
  );
}

it('has the losses of the processor', { timeout: 1_200_000 }, async ({ skip }) => {
  const folder = await temporaryFolder();
  const engine = await buildChildScript('src/main/engine/index.ts');
  const { graphics, missing } = await findGraphics(engine, await temporaryFolder());
  if (missing !== '') {
    console.log(`No WebGPU here, so nothing was compared: ${missing}`);
    skip();
  }
  const data = path.join(folder, 'data');
  await writeData(data);
  const command = await buildChildScript('src/main/engine/encoderCommand.ts');
  const teach = async (provider: string) => {
    const out = path.join(folder, provider);
    const words = ['teach', '--json', '--provider', provider, '--from', toyEncoder];
    const more = ['--data', data, '--out', out, '--steps', '40', '--tokens', '200'];
    const options = { env: { ...process.env, ...graphics } };
    const args = [command, ...words, ...more, '--rate', '0.003'];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; terms?: { loss: number } });
    expect(events.at(-1)?.kind).toBe('saved');
    return events.flatMap(({ terms }) => (terms ? [terms.loss] : []));
  };
  const cpu = await teach('cpu');
  const webgpu = await teach('webgpu');
  expect(cpu.length).toBe(2);
  expect(cpu[1]).toBeLessThan(cpu[0] ?? 0);
  webgpu.forEach((loss, i) => expect(Math.abs(loss - (cpu[i] ?? NaN))).toBeLessThan(1e-3));
  expect(webgpu).toHaveLength(cpu.length);
});
