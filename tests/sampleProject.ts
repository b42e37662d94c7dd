// A project with two labels, texts and a run of it, as the screen's tests need them again and again.
import type { Example, Project } from '../src/shared/domain';
import type { RunSummary } from '../src/shared/events';

export const sampleProject: Project = {
  id: 'project-1',
  name: 'Messages',
  createdAt: 1,
  encoder: 'handful-mini',
  task: {
    kind: 'single',
    template: 'This text is about',
    labels: [
      { id: 'a', name: 'refund' },
      { id: 'b', name: 'delivery' },
    ],
  },
};

export const textAt = (position: number): Example => ({
  id: `text-${position}`,
  projectId: sampleProject.id,
  position,
  text: `Message ${position}`,
  decision: null,
});

/** A run that was not checked. */
export const sampleRun: RunSummary = {
  runId: 'run',
  encoder: sampleProject.encoder,
  task: sampleProject.task,
  createdAt: 100,
  seed: 1,
  stoppedEarly: false,
  provider: 'cpu',
  parameters: { learned: 1, base: 100, share: 0.01, parts: [] },
  crossValidation: null,
  temperature: 1,
  losses: [],
  parts: [],
  seconds: [],
  recipe: [],
  cutTexts: [],
};
