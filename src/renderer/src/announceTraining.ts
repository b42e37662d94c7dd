// How a training ended, for whoever is at another step by then.
import type { Notices } from './notices.svelte';
import { percent } from './phrases';
import type { TrainingRun } from './trainingRun.svelte';

export function announceTraining({ summary, error }: TrainingRun, notices: Notices): void {
  const score = summary?.crossValidation;
  if (score) notices.say(`Trained: about ${percent(score.accuracy)} right`);
  else if (summary) notices.say('Trained');
  else if (error) notices.fail(error);
}
