// Trainings that end before their end: what they leave behind.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { openToyStudio, toyRequest, trainToy, type ToyStudio } from '../../../../tests/toyStudio';
import { TextTuning } from './textTuning';
import { TokenTuning } from './tokenTuning';

let studio: ToyStudio;
beforeAll(async () => {
  studio = await openToyStudio();
});

it('leaves no graph open when the second of two cannot be opened', async () => {
  const release = vi.spyOn(TokenTuning.prototype, 'release');
  const open = vi.spyOn(TextTuning, 'open').mockRejectedValueOnce(new Error('no memory'));
  await expect(trainToy(studio.restart(), toyRequest('half-open'))).rejects.toThrow('no memory');
  expect(release).toHaveBeenCalledTimes(1);
  open.mockRestore();
  release.mockRestore();
});

const isThere = async (runId: string, file: string) => {
  const files = await readdir(path.join(studio.data, 'runs', runId)).catch((): string[] => []);
  return files.includes(file);
};

it.each(['reading', 'learning', 'checking', 'keeping'])(
  'stopped while it is %s leaves no classifier, and after the next training no checkpoint',
  async (phase) => {
    const cancel = new AbortController();
    const request = toyRequest(`stopped-${phase}`);
    const running = async () => {
      for await (const event of studio.engine.training.run(request, cancel.signal))
        if (event.type === 'phase' && event.phase === phase) cancel.abort();
    };
    await expect(running()).rejects.toMatchObject({ code: 'cancelled' });
    expect(await isThere(request.runId, 'task.safetensors')).toBe(false);
    const next = `after-${phase}`;
    await trainToy(studio.engine, toyRequest(next));
    expect(await isThere(request.runId, 'checkpoint.safetensors')).toBe(false);
    expect(await isThere(next, 'task.safetensors')).toBe(true);
  },
);
