// Which processor does the sums: each candidate is tried in a process of its own, since a broken
// graphics driver can end the process that asks it. What was found is kept until the computer or
// the runtime changes.
import { fork } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ort } from './onnxruntime';
import * as v from 'valibot';
import { ProviderReport, type ProviderName } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import { probe } from './probe';

type Trial = ProviderReport['tried'][number];

/** Best first; the processor is always there. */
const candidates: readonly ProviderName[] = ['webgpu', 'cuda', 'dml', 'cpu'];
const probeLimitMs = 30_000;
const probeArgument = '--probe';

const sentences: Readonly<Record<ProviderName, string>> = {
  cpu: "Runs on this computer's processor.",
  webgpu: "Runs on this computer's graphics card.",
  cuda: "Runs on this computer's NVIDIA graphics card.",
  dml: "Runs on this computer's graphics card.",
};

const Remembered = v.object({ key: v.string(), report: ProviderReport });

/** The processor, whatever the trials said. */
export const processorReport = (tried: readonly Trial[]): ProviderReport => ({
  provider: 'cpu',
  sentence: sentences.cpu,
  tried: [...tried],
});

/**
 * The provider that is right and fastest. `HANDFUL_PROVIDER` names one to be used without a trial.
 * Throws 'provider-failed' when it names none that there is.
 * `entry`: the script that answers `answerProbe`; without one nothing is tried and the processor is taken.
 */
export async function chooseProvider(
  dataFolder: string,
  entry: string | null,
): Promise<ProviderReport> {
  const forced = forcedProvider(process.env.HANDFUL_PROVIDER ?? '');
  if (forced) return { provider: forced, sentence: sentences[forced], tried: [] };
  if (entry === null) return processorReport([]);
  const file = path.join(dataFolder, 'provider.json');
  const key = [ort.env.versions.node, os.platform(), os.arch(), os.release(), os.hostname()].join(
    ' ',
  );
  const remembered = await readRemembered(file);
  if (remembered?.key === key) return remembered.report;
  const report = await tryAll(entry);
  if (!report.tried.some(({ ok }) => ok)) return report; // not even the processor: ask again next time
  await mkdir(dataFolder, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ key, report }));
  await rename(`${file}.new`, file);
  return report;
}

function forcedProvider(name: string): ProviderName | null {
  if (name === '') return null;
  const forced = candidates.find((provider) => provider === name);
  if (forced) return forced;
  throw new StudioError(
    'provider-failed',
    `HANDFUL_PROVIDER asks for "${name}", and there are only ${candidates.join(', ')}. Name one of these, or none to have the fastest chosen.`,
  );
}

async function readRemembered(file: string) {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text === '') return null;
  try {
    const result = v.safeParse(Remembered, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null; // damaged: the trials are made again
  }
}

async function tryAll(entry: string): Promise<ProviderReport> {
  const listed = new Set<string>(ort.listSupportedBackends().map(({ name }) => name));
  const tried: Trial[] = [];
  for (const provider of candidates)
    if (provider === 'cpu' || listed.has(provider)) tried.push(await tryInChild(entry, provider));
  const working = tried.filter((trial) => trial.ok);
  const fastest = working.reduce<Trial | null>(
    (best, trial) => ((trial.stepMs ?? Infinity) < (best?.stepMs ?? Infinity) ? trial : best),
    null,
  );
  const provider = fastest?.provider ?? 'cpu';
  return { provider, sentence: sentences[provider], tried };
}

function tryInChild(entry: string, provider: ProviderName): Promise<Trial> {
  return new Promise((resolve) => {
    const child = fork(entry, [probeArgument, provider], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Inside Electron the executable is Electron's own, which has to be told to be Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
    });
    let answer: Trial = { provider, ok: false, reason: 'It ended without an answer.' };
    const limit = setTimeout(() => {
      answer = { provider, ok: false, reason: 'It gave no answer in time.' };
      child.kill('SIGKILL');
    }, probeLimitMs);
    child.on('message', (message) => {
      const result = v.safeParse(
        v.object({ ms: v.optional(v.number()), reason: v.optional(v.string()) }),
        message,
      );
      if (!result.success) return;
      const { ms, reason } = result.output;
      answer =
        ms === undefined
          ? { provider, ok: false, reason: reason ?? '' }
          : { provider, ok: true, stepMs: ms };
      child.kill('SIGKILL'); // a live graphics session may crash on its way out
    });
    child.on('error', (error) => {
      answer = { provider, ok: false, reason: error.message };
    });
    // Not 'exit', which does not come from a process that could not be started.
    child.on('close', () => {
      clearTimeout(limit);
      resolve(answer);
    });
  });
}

/** True when this process was started to try a provider; it then answers its parent. */
export async function answerProbe(): Promise<boolean> {
  const at = process.argv.indexOf(probeArgument);
  const provider = candidates.find((candidate) => candidate === process.argv[at + 1]);
  if (at < 0 || !provider) return false;
  try {
    process.send?.({ ms: await probe(provider) });
  } catch (error) {
    process.send?.({ reason: error instanceof Error ? error.message : String(error) });
  }
  return true;
}
