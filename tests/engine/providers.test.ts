// Which processor does the sums: forced, found by trial in child processes, remembered.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseProvider } from '../../src/main/engine/runtime/providers';
import { buildChildScript } from '../contract/childScript';
import { openToyStudio, summaryOf, temporaryFolder, toyRequest, trainToy } from '../toyStudio';

let script = '';
beforeAll(async () => {
  script = await buildChildScript('src/main/engine/index.ts');
});
let data = '';
beforeEach(async () => {
  data = await temporaryFolder();
});
afterEach(() => vi.unstubAllEnvs());

const file = () => path.join(data, 'provider.json');

describe('HANDFUL_PROVIDER', () => {
  it('is taken without a trial', async () => {
    vi.stubEnv('HANDFUL_PROVIDER', 'webgpu');
    expect(await chooseProvider(data, script)).toEqual({
      provider: 'webgpu',
      sentence: "Runs on this computer's graphics card.",
      tried: [],
    });
    await expect(readFile(file())).rejects.toThrow();
  });

  it('that names none there is, is refused in a sentence', async () => {
    vi.stubEnv('HANDFUL_PROVIDER', 'abacus');
    await expect(chooseProvider(data, script)).rejects.toMatchObject({
      code: 'provider-failed',
      message: expect.stringMatching(/"abacus".*webgpu, cuda, dml, cpu/) as string,
    });
  });

  it('that cannot run here fails, and another one is tried when it is put right', async () => {
    const { engine } = await openToyStudio();
    vi.stubEnv('HANDFUL_PROVIDER', 'abacus');
    await expect(trainToy(engine, toyRequest('run'))).rejects.toMatchObject({
      code: 'provider-failed',
    });
    vi.stubEnv('HANDFUL_PROVIDER', 'cpu');
    expect(summaryOf(await trainToy(engine, toyRequest('run'))).provider).toBe('cpu');
  });

  it('that this build lacks fails in a sentence that names it', async () => {
    const { engine } = await openToyStudio();
    vi.stubEnv('HANDFUL_PROVIDER', 'dml');
    await expect(trainToy(engine, toyRequest('run'))).rejects.toMatchObject({
      code: 'provider-failed',
      message: expect.stringContaining('"dml"') as string,
    });
  });
});

it('is the processor where no process can be started for a trial', async () => {
  const { execPath } = process;
  process.execPath = '/gone/node';
  const { provider, tried } = await chooseProvider(data, script).finally(() => {
    process.execPath = execPath;
  });
  expect(provider).toBe('cpu');
  for (const trial of tried) expect(trial.ok ? '' : trial.reason).toContain('ENOENT');
  await expect(readFile(file())).rejects.toThrow();
});

describe('the trials', () => {
  beforeEach(() => vi.stubEnv('HANDFUL_PROVIDER', ''));

  it('always find the processor, say what came of each, and are remembered', async () => {
    const report = await chooseProvider(data, script);
    expect(report.tried.map(({ provider }) => provider)).toContain('cpu');
    for (const { ok, stepMs, reason } of report.tried) expect(ok ? stepMs : reason).toBeTruthy();
    expect(report.tried.find(({ provider }) => provider === report.provider)?.ok).toBe(true);

    const kept = JSON.parse(await readFile(file(), 'utf8')) as { report: object };
    const sentence = 'As it was remembered.';
    await writeFile(file(), JSON.stringify({ ...kept, report: { ...kept.report, sentence } }));
    expect((await chooseProvider(data, script)).sentence).toBe(sentence);
  });

  it.each([
    ['is damaged', '{"key": "x", "rep'],
    ['holds something else', '[1, 2]'],
    ['is empty', ''],
    ['is about another computer', JSON.stringify({ key: 'elsewhere', report: {} })],
  ])('are made again when what was remembered %s', async (_, content) => {
    await writeFile(file(), content);
    const report = await chooseProvider(data, script);
    expect(report.tried.length).toBeGreaterThan(0);
    const kept = JSON.parse(await readFile(file(), 'utf8')) as { report: object };
    expect(kept.report).toEqual(report);
  });
});
