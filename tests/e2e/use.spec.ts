// What is under way at Use stays there, whatever else people look at or train meanwhile.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const messages = {
  refund: [
    'I want my money back.',
    'Please refund this order.',
    'Give me a refund at once.',
    'You charged me twice, pay it back.',
  ],
  delivery: [
    'The parcel never came.',
    'When will my order be delivered?',
    'The courier left it in the rain.',
    'My delivery is late again.',
  ],
};

const csv = (lines: string[]) => ({
  name: 'messages.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(lines.join('\n')),
});

/** A project whose texts come with their labels, at Use. */
async function openAtUse(page: Page): Promise<void> {
  const rows = Object.entries(messages).flatMap(([label, texts]) =>
    texts.map((text) => `"${text}",${label}`),
  );
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(csv(['message,label', ...rows]));
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('heading', { name: '8 of 8 texts labelled' })).toBeVisible();
  await page.keyboard.press('Alt+5');
}

async function labelTable(page: Page, rows: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, row) => `${row},The parcel number ${row} is late`);
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles(csv(['nr,message', ...lines]));
  await page.getByRole('button', { name: 'Label the table' }).click();
}

const typed = (page: Page) => page.getByRole('textbox', { name: 'Text to try' });

test('a table goes on being labelled while another step is in view', async ({ page }) => {
  test.setTimeout(180_000);
  await openAtUse(page);
  await typed(page).fill('Where is my parcel?');
  await labelTable(page, 12_000);
  await expect(page.getByText(/of 12,000 rows labelled/)).toBeVisible();
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('heading', { name: 'Train', exact: true })).toBeVisible();
  await page.keyboard.press('Alt+5');
  await expect(page.getByText(/about .* left/)).toBeVisible();
  await expect(typed(page)).toHaveValue('Where is my parcel?');
  await expect(page.getByText('All 12,000 rows labelled')).toBeVisible({ timeout: 120_000 });
});

test('a labelled table and a typed text outlive a new training', async ({ page }) => {
  test.setTimeout(240_000);
  await openAtUse(page);
  await typed(page).fill('Where is my parcel?');
  await labelTable(page, 3);
  await expect(page.getByText(/All 3 rows labelled/)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('heading', { name: 'Train', exact: true })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('progressbar', { name: 'Training progress' })).toBeVisible();
  await page.keyboard.press('Alt+5');
  await expect(page.getByText(/^With the training of/)).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole('button', { name: 'Save as Excel' })).toBeVisible();
  await expect(page.getByText(/labelled, from the names of the labels alone/)).toBeVisible();
  await expect(typed(page)).toHaveValue('Where is my parcel?');

  await page.getByRole('button', { name: 'Label it again' }).click();
  await expect(page.getByText(/All 3 rows labelled, with the training of/)).toBeVisible();
});
