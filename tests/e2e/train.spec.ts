// A training while one is elsewhere: it shows that it learns, says when it is done, and goes on after
// its window was loaded anew.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import Papa from 'papaparse';
import { expect, test } from './fixtures';

/** A project of the sample's texts, each with its label, at Train and learning. */
async function beginTraining(page: Page, texts: number): Promise<void> {
  const csv = await readFile('resources/samples/customer-messages.csv', 'utf8');
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  const rows = data.slice(0, texts).map(({ text, label }) => ({ text, label }));
  await page.locator('input[type=file]').setInputFiles({
    name: 'messages.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(Papa.unparse(rows)),
  });
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('heading', { name: /texts labelled/ })).toBeVisible();
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('heading', { name: 'Train', exact: true })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('progressbar', { name: 'Training progress' })).toBeVisible();
}

const train = (page: Page, mark: string) =>
  page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: `Train ${mark}` });

test('who is elsewhere sees that it learns and hears how it ended', async ({ page }) => {
  test.setTimeout(90_000);
  await beginTraining(page, 24);
  await page.keyboard.press('Alt+2');
  await expect(train(page, 'learning')).toBeVisible();
  await expect(page.getByText(/^Trained: about \d+ % right$/)).toBeVisible({ timeout: 60_000 });
  await expect(train(page, 'learning')).toBeHidden();
});

test('a training that a reload has interrupted is told of, and goes on', async ({ page }) => {
  test.setTimeout(90_000);
  await beginTraining(page, 60);
  await expect(page.getByText(/^Step [3-9]\d? of/)).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Alt+2');
  await page.reload();
  await train(page, 'interrupted').click();
  await expect(page.getByRole('alert')).toContainText('Training was interrupted');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: 'Trained' })).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Trained' })).toBeVisible();
  await expect(page.getByText('Training was interrupted')).toBeHidden();
});
