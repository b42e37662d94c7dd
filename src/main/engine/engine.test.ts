// A graphics card that was right when it was tried and fails at work.
import { afterEach, expect, it, vi } from 'vitest';
import {
  openToyStudio,
  predictAll,
  summaryOf,
  toyRequest,
  trained,
  trainToy,
} from '../../../tests/toyStudio';
import { StudioError } from '../../shared/errors';
import type * as Providers from './runtime/providers';
import { Session } from './runtime/session';

vi.mock('./runtime/providers', async (original) => ({
  ...(await original<typeof Providers>()),
  chooseProvider: () =>
    Promise.resolve({
      provider: 'webgpu',
      sentence: '',
      tried: [{ provider: 'webgpu', ok: true, stepMs: 1 }],
    }),
}));

afterEach(() => vi.restoreAllMocks());

it('fails once, and then the processor does the sums', async () => {
  const open = Session.open.bind(Session);
  vi.spyOn(Session, 'open').mockImplementation((model, options) =>
    options.provider === 'webgpu'
      ? Promise.reject(new StudioError('provider-failed', 'device lost'))
      : open(model, options),
  );
  const { engine } = await openToyStudio();
  const request = toyRequest('run');
  await expect(trainToy(engine, request)).rejects.toMatchObject({
    code: 'provider-failed',
    message: expect.stringMatching(/graphics card failed.*device lost.*try again/) as string,
  });
  expect((await engine.provider.current()).provider).toBe('cpu');
  expect(summaryOf(await trainToy(engine, request)).provider).toBe('cpu');
  expect(await predictAll(engine, trained('run'), request.examples)).toHaveLength(12);
});
