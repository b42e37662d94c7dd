import { expect, it } from 'vitest';
import { defaultRecipe } from './recipe';
import { stepCount } from './textTuning';

const recipe = {
  ...defaultRecipe.text,
  passes: 10,
  fewestSteps: 8,
  mostSteps: 40,
  mostTokens: 14_000,
};

it.each([
  ['few texts: each is seen so often', { texts: 16, batch: 8, stepTokens: 240 }, 20],
  ['twice as many: twice the steps', { texts: 32, batch: 8, stepTokens: 240 }, 40],
  ['more than that: the most steps', { texts: 500, batch: 8, stepTokens: 240 }, 40],
  ['longer texts: as many as the tokens allow', { texts: 64, batch: 16, stepTokens: 800 }, 17],
  ['very long ones: the fewest all the same', { texts: 16, batch: 8, stepTokens: 5000 }, 8],
])('%s', (_, size, steps) => {
  expect(stepCount(recipe, size)).toBe(steps);
});
