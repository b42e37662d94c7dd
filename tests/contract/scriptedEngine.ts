// An engine in a process of its own that dies when it is told to, for the tests of what watches over
// it: it "trains" 20 steps, notes each in `<data>/runs/<runId>` as a checkpoint, and goes on from there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transportToParent } from '../../src/main/transports/processTransport';
import { engineContract, type Engine } from '../../src/shared/contract';
import { StudioError } from '../../src/shared/errors';
import { serve } from '../../src/shared/rpc/server';

const steps = 20;
const dataFolder = process.env.HANDFUL_DATA ?? '';
const nothing = { learned: 0, base: 1, share: 0, parts: [] };

function die(): never {
  process.stderr.write('out of memory\n');
  process.exit(9);
}

if (process.env.HANDFUL_RESOURCES === 'broken') die();

const engine: Engine = {
  encoders: { list: () => Promise.resolve([]) },
  provider: {
    current: () => Promise.resolve({ provider: 'cpu', sentence: String(process.pid), tried: [] }),
  },
  training: {
    async *run({ runId, seed }, signal) {
      const checkpoint = path.join(dataFolder, 'runs', runId);
      mkdirSync(path.dirname(checkpoint), { recursive: true });
      const resumedAt = existsSync(checkpoint) ? Number(readFileSync(checkpoint, 'utf8')) : 0;
      yield {
        type: 'started',
        parts: [{ part: 'words', steps }],
        provider: 'cpu',
        parameters: nothing,
        cutTexts: [],
        resumedAt,
        losses: Array.from({ length: resumedAt }, () => 1),
      };
      for (let step = resumedAt + 1; step <= steps; step++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (signal.aborted) return;
        yield { type: 'step', step, loss: 1 / step, secondsLeft: steps - step };
        writeFileSync(checkpoint, String(step));
        // The seed says after how many steps of each process it dies.
        if (seed > 0 && step - resumedAt === seed) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          die();
        }
      }
    },
    keep: () => Promise.reject(new StudioError('busy', 'Not now.')),
  },
  predictions: {
    async *run({ texts }) {
      for (const { id, text } of texts) {
        if (text === 'deadly') die();
        yield [{ id, confidence: [1] }];
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  },
  classifiers: {
    export: () => new Promise(() => undefined),
    open: () => new Promise(() => undefined),
  },
};

const transport = transportToParent();
transport.onClose(() => process.exit(0));
serve(engineContract, engine, transport);
