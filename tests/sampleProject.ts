// A project with two labels, and texts for it, as the screen's tests need them again and again.
import type { Example, Project } from '../src/shared/domain';

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
