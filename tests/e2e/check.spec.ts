// Where the classifier and the user disagree: neither is taken to be right, and nothing is changed by
// a key that is pressed without looking.
import type { Page } from '@playwright/test';
import type { Project } from '../../src/shared/domain';
import type { RunSummary } from '../../src/shared/events';
import type { JournalChange } from '../../src/shared/journal';
import { sampleProject, sampleRun } from '../sampleProject';
import { connect } from './connect';
import { expect, test, type StudioProcess } from './fixtures';

test.skip(({ host }) => host === 'electron', 'Its journal is reached through the window alone.');

const project: Project = {
  ...sampleProject,
  task: {
    ...sampleProject.task,
    labels: [
      { id: 'billing', name: 'Billing' },
      { id: 'praise', name: 'Praise' },
    ],
  },
};

/** Four texts, called Billing; of two of them the classifier thought otherwise. */
const judged = [
  { id: 'agreed', confidence: [0.9, 0.1] },
  { id: 'agreed too', confidence: [0.8, 0.2] },
  { id: 'very sure', confidence: [0.07, 0.93] },
  { id: 'hardly sure', confidence: [0.44, 0.56] },
].map((each) => ({ ...each, given: ['billing'] }));

const run: RunSummary = {
  ...sampleRun,
  task: project.task,
  crossValidation: {
    ...{ folds: 2, texts: 4, correct: 2, accuracy: 0.5, low: 0.1, high: 0.9 },
    labels: [
      { labelId: 'billing', examples: 4, found: 2, wronglyGiven: 0 },
      { labelId: 'praise', examples: 0, found: 0, wronglyGiven: 2 },
    ],
    predictions: judged,
  },
};

/** A project that was trained, without the training; it comes to the page from the journal. */
async function openCheck(studio: StudioProcess): Promise<Page> {
  const examples = judged.map(({ id }, position) => ({
    ...{ id, projectId: project.id, position, text: `The text that is ${id}` },
    decision: { labels: ['billing'], source: 'human' as const, at: 50 },
  }));
  const changes: JournalChange[] = [
    { type: 'project', project },
    { type: 'examples', examples },
    { type: 'run', run },
  ];
  const studioClient = await connect(studio.address());
  await studioClient.journal.append(
    changes.map((change, at) => ({ id: `entry-${at}`, projectId: project.id, at, change })),
  );
  const page = await studio.open();
  await page.getByRole('link', { name: 'Messages' }).click();
  await page.getByRole('navigation', { name: 'Steps' }).waitFor();
  await page.keyboard.press('Alt+4');
  return page;
}

test('the tables stay as they were measured, and say so once labels are changed', async ({
  studio,
}) => {
  const page = await openCheck(studio);
  const tables = page.getByRole('complementary', { name: 'Scores by label' });
  const measured = async () => (await tables.getByRole('row').allInnerTexts()).join('\n');
  const before = await measured();
  await expect(tables.getByText('Since then')).toBeHidden();
  await page.keyboard.press('2');
  await expect(tables.getByText('you have changed the label of 1 text')).toBeVisible();
  expect(await measured()).toBe(before);
  await tables.getByRole('button', { name: 'Train again' }).click();
  await expect(page.getByRole('heading', { name: 'Train again' })).toBeVisible();
});

test('Enter changes no label, and only a very sure classifier is preferred', async ({ studio }) => {
  const page = await openCheck(studio);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('2 texts to look at');
  const change = page.getByRole('button', { name: 'Change to “Praise”' });
  await expect(page.getByText('The classifier is 93 % sure of “Praise”')).toBeVisible();
  await expect(change).toHaveClass(/primary/);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  await expect(heading).toHaveText('2 texts to look at');

  await page.keyboard.press('2');
  await expect(heading).toHaveText('1 text to look at');
  await expect(page.getByText('The classifier is 56 % sure of “Praise”')).toBeVisible();
  await expect(change).not.toHaveClass(/primary/);
  await page.keyboard.press('Space');
  await expect(heading).toHaveText('No disagreement left');
});
