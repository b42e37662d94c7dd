// Where the user is: the address's hash, so that a reload and the back button stay with them.

export const steps = ['texts', 'label', 'train', 'check', 'use'] as const;
export type StepName = (typeof steps)[number];

export interface Place {
  /** Null: the list of projects. */
  projectId: string | null;
  step: StepName;
  /** A text to start with, in the Label step. */
  exampleId: string | null;
}

export class Navigation {
  #place = $state.raw<Place>(readPlace(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.#place = readPlace(location.hash);
    });
  }

  get place(): Place {
    return this.#place;
  }

  goHome(): void {
    location.hash = '#/';
  }

  goTo(projectId: string, step: StepName, exampleId?: string): void {
    location.hash = [`#/${projectId}/${step}`, ...(exampleId ? [exampleId] : [])].join('/');
  }
}

function readPlace(hash: string): Place {
  const [projectId, name, exampleId] = hash.replace(/^#\/?/, '').split('/').map(orNull);
  return {
    projectId: projectId ?? null,
    step: steps.find((each) => each === name) ?? 'texts',
    exampleId: exampleId ?? null,
  };
}

const orNull = (part: string): string | null => (part === '' ? null : part);
