// From predictions to what the screen says of them.
import type { Label, Prediction, Task } from '../../shared/domain';
import type { ClassifierRef, RunSummary } from '../../shared/events';
import type { OpenProject } from './data/openProject.svelte';

/** A classifier with the task whose labels its confidences are in the order of. */
export interface Classifier {
  ref: ClassifierRef;
  task: Task;
  /** Equal for equal classifiers. */
  key: string;
}

/** What answers for a project now: its run in use, else the encoder as it came. */
export function classifierOf(open: OpenProject): Classifier {
  return open.activeRun
    ? trained(open.activeRun)
    : untrained(open.project.encoder, open.project.task);
}

const trained = ({ runId, task }: RunSummary): Classifier => ({
  ref: { kind: 'trained', runId },
  task,
  key: runId,
});

const untrained = (encoder: string, task: Task): Classifier => ({
  ref: { kind: 'zero-shot', encoder, task },
  task,
  key: JSON.stringify([encoder, task]),
});

export interface Suggestion {
  label: Label;
  confidence: number;
}

/** The labels of a prediction with their confidence, surest first. */
export const ranked = (prediction: Prediction, task: Task): Suggestion[] =>
  task.labels
    .map((label, place) => ({ label, confidence: prediction.confidence[place] ?? 0 }))
    .sort((a, b) => b.confidence - a.confidence);
