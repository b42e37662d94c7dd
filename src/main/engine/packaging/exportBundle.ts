// An export is done when the written file, opened afresh, says what the app says.
import path from 'node:path';
import { StudioError } from '../../../shared/errors';
import { type ExportReport } from '../../../shared/events';
import { type BundleSource } from './bundle';
import { openBundleClassifier } from './bundleClassifier';
import { readBundle } from './readBundle';
import { writeBundle } from './writeBundle';

/** Largest difference between the bundle's confidence and the app's: float32 sums in other orders. */
export const tolerance = 1e-4;

export interface GoldenCheck {
  readonly goldenTexts: number;
  readonly largestDifference: number;
}

/**
 * Runs the bundle's own model and tokenizer on its golden texts and compares with what the app said.
 * Throws 'bundle-damaged' when they differ by more than `tolerance` or when it cannot be run.
 */
export async function testBundle(file: string): Promise<GoldenCheck> {
  const bundle = await readBundle(file);
  const classifier = await openBundleClassifier(bundle);
  try {
    const said = await classifier.classify(bundle.golden.map(({ text }) => text));
    const differences = bundle.golden.flatMap(({ confidence }, place) =>
      confidence.map((value, label) => Math.abs(value - (said[place]?.[label] ?? NaN))),
    );
    const largestDifference = differences.reduce((a, b) => Math.max(a, b), 0);
    if (!(largestDifference <= tolerance))
      throw new StudioError(
        'bundle-damaged',
        `The exported classifier does not say what the app says: its confidence differs by up to ${largestDifference.toPrecision(2)}. Train once more and export again.`,
        { largestDifference },
      );
    return { goldenTexts: bundle.golden.length, largestDifference };
  } finally {
    await classifier.close();
  }
}

/** Writes the bundle, tests it, and only then gives it its name. Throws as the two steps do. */
export async function exportBundle(
  source: BundleSource,
  destination: string,
  signal?: AbortSignal,
): Promise<ExportReport> {
  let checked: GoldenCheck = { goldenTexts: 0, largestDifference: 0 };
  const { sizeBytes } = await writeBundle(source, destination, {
    ...(signal && { signal }),
    check: async (file) => {
      checked = await testBundle(file);
    },
  });
  const { runId } = source.summary;
  return { runId, fileName: path.basename(destination), sizeBytes, ...checked };
}
