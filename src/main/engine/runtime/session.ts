// Opens graphs and runs them.
import os from 'node:os';
import { ort } from './onnxruntime';
import { StudioError } from '../../../shared/errors';
import type { ProviderName } from '../../../shared/domain';
import type { Model } from '../onnx/model';
import { fuse } from '../onnx/fuse';
import { writeModel } from '../onnx/write';
import { feedWeights } from './sharedWeights';
import type { Tensor } from './tensor';

export interface SessionOptions {
  readonly provider: ProviderName;
  /** Folder of the files that external constants lie in. */
  readonly weightsFolder?: string;
  /** Outputs that stay on the graphics card; feed them to the next run and `dispose` them after. */
  readonly resident?: readonly string[];
}

/** A graph that can be run. `run` blocks this thread: that is why the engine has its own process. */
export class Session {
  private constructor(
    private readonly session: ort.InferenceSession,
    readonly provider: ProviderName,
    /** Constants that are fed at every run. */
    private readonly weights: Readonly<Record<string, Tensor>>,
  ) {}

  /** Throws 'provider-failed' when the provider cannot run the graph. */
  static async open(model: Model | Uint8Array, options: SessionOptions): Promise<Session> {
    const { provider, weightsFolder = '' } = options;
    const isOurs = provider === 'cpu' && !(model instanceof Uint8Array);
    const { weights, ...fed } = isOurs
      ? await feedWeights(fuse(model), weightsFolder)
      : { model, weights: {} };
    const bytes = fed.model instanceof Uint8Array ? fed.model : writeModel(fed.model);
    try {
      const session = await ort.InferenceSession.create(bytes, {
        ...nativeOptions(options),
        ...(isOurs && { graphOptimizationLevel: 'disabled' }), // `fuse` has done what helps
      });
      return new Session(session, provider, weights);
    } catch (error) {
      throw failed(provider, error);
    }
  }

  get inputs(): readonly string[] {
    return this.session.inputNames;
  }

  /** The outputs of the graph by name, all of them or those that are `wanted`. */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    wanted: readonly string[] = this.session.outputNames,
  ): Promise<Record<string, Tensor>> {
    try {
      return { ...(await this.session.run({ ...this.weights, ...feeds }, wanted)) };
    } catch (error) {
      throw failed(this.provider, error);
    }
  }

  /** Gives the memory back. The session cannot be used afterwards. */
  async release(): Promise<void> {
    await this.session.release();
  }
}

const failed = (provider: ProviderName, error: unknown) =>
  new StudioError(
    'provider-failed',
    `The calculation failed on "${provider}": ${error instanceof Error ? error.message : String(error)}`,
  );

function nativeOptions({ provider, weightsFolder, resident = [] }: SessionOptions) {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads(),
    // Chromium's allocator, which every Electron process uses, ends the process at one 2 GiB
    // request, and the arena grows by doubling.
    enableCpuMemArena: !('electron' in process.versions),
    // A plan of the memory for every shape of inputs: texts hardly ever come in the same shape twice,
    // and each plan takes fresh memory beside what is there.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(resident.length > 0 &&
      provider === 'webgpu' && {
        preferredOutputLocation: Object.fromEntries(
          resident.map((name) => [name, 'gpu-buffer'] as const),
        ),
      }),
    extra: {
      session: {
        // Waiting threads that spin would take the processor from the rest of the computer.
        intra_op: { allow_spinning: '0' },
        ...(weightsFolder !== undefined && {
          model_external_initializers_file_folder_path: weightsFolder,
        }),
      },
    },
  } satisfies ort.InferenceSession.SessionOptions;
}

/** One core is left to the rest of the computer where there are cores to spare. */
export function threads(): number {
  const cores = os.availableParallelism();
  return cores > 4 ? cores - 1 : cores;
}
