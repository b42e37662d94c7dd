// Trainings that end before their end: what they leave behind.
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
