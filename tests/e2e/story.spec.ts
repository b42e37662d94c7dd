// The main story, as a newcomer with a keyboard: a table, four labels, one key for each text, Train,
// look where it is wrong, try a text, take the classifier away. Every screen is checked for access.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import Papa from 'papaparse';
import { expect, test } from './fixtures';

const labels = ['Billing', 'Delivery', 'Technical problem', 'Praise'];
const perLabel = 6;

async function readSample(): Promise<Map<string, string>> {
  const csv = await readFile('resources/samples/customer-messages.csv', 'utf8');
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  return new Map(data.map((row) => [(row.text ?? '').trim(), row.label ?? '']));
}

async function expectAccessible(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(
      ({ impact }) => impact === 'serious' || impact === 'critical',
    );
    expect(
      serious.map(({ id, nodes }) => `${screen}, ${colorScheme}: ${id} at ${nodes[0]?.html}`),
    ).toEqual([]);
  }
}

const step = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });

test('from a table to a classifier that can be taken away', async ({ page, host }) => {
  test.setTimeout(360_000);
  const labelOf = await readSample();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await expect(page.getByText('Nothing leaves this computer')).toBeVisible();
  await expect(page.getByText('Handful understands texts in English.')).toBeVisible();
  await expectAccessible(page, 'Home');
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: /^Open “/ });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText('Handful understands texts in English.')).toBeVisible();
  await expectAccessible(page, 'Import');
  await page.getByRole('button', { name: 'Create project' }).click();

  for (const [i, name] of labels.entries()) {
    if (i > 1) await page.getByRole('button', { name: 'Add a label' }).click();
    await page.getByRole('textbox', { name: `Label ${i + 1}`, exact: true }).fill(name);
  }
  await expectAccessible(page, 'Labels');
  await page.getByRole('button', { name: 'Start labelling' }).click();

  // Suggestions are there before anything has been labelled.
  const text = page.getByRole('article', { name: 'Text' });
  await expect(page.getByRole('group', { name: 'Labels' })).toContainText('%', { timeout: 60_000 });
  await expectAccessible(page, 'Label');
  const given = new Map(labels.map((name) => [name, 0]));
  for (let count = 0; [...given.values()].some((n) => n < perLabel) && count < 60; count++) {
    const shown = await text.innerText();
    const [, label = ''] = [...labelOf].find(([own]) => shown.includes(own)) ?? [];
    await page.keyboard.press(String(labels.indexOf(label) + 1));
    given.set(label, (given.get(label) ?? 0) + 1);
    await expect(text).not.toHaveText(shown);
  }
  const labelled = [...given.values()].reduce((a, b) => a + b, 0);
  await expect(
    page.getByRole('heading', { name: `${labelled} of 300 texts labelled` }),
  ).toBeVisible();

  // Undo takes the last decision back, redo gives it again, and both survive a reload.
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('heading', { name: `${labelled - 1} of 300` })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: `${labelled - 1} of 300` })).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(page.getByRole('heading', { name: `${labelled} of 300` })).toBeVisible();

  await page.keyboard.press('Alt+3');
  await expect(step(page, 'Train')).toHaveAttribute('aria-current', 'step');
  await page.keyboard.press('t');
  await expect(page.getByRole('progressbar', { name: 'Training progress' })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Loss: the words of the labels at/ })).toBeVisible({
    timeout: 60_000,
  });
  await expectAccessible(page, 'Training');
  await expect(page.getByRole('heading', { name: 'Trained' })).toBeVisible({ timeout: 240_000 });
  await expect(page.getByText(/% of the encoder/)).toBeVisible();
  await expectAccessible(page, 'Trained');

  await page.keyboard.press('Alt+4');
  await expect(page.getByRole('heading', { name: 'By label' })).toBeVisible();
  await expectAccessible(page, 'Check');

  await page.keyboard.press('Alt+5');
  await page
    .getByRole('textbox', { name: 'Text to try' })
    .fill('You charged my card twice this month.');
  await expect(
    page.getByRole('list', { name: 'Prediction' }).getByRole('listitem').first(),
  ).toContainText('Billing');
  await expectAccessible(page, 'Use');

  await page.getByRole('button', { name: 'Choose a table' }).waitFor();
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles({
      name: 'more.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        'nr;message\n1;The parcel never came.\n2;Thank you, you were wonderful!\n',
      ),
    });
  await page.getByRole('button', { name: 'Label the table' }).click();
  const scored = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const csv = await readFile(await (await scored).path(), 'utf8');
  const { data } = Papa.parse<Record<string, string>>(csv.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  });
  expect(data.map((row) => row.label)).toEqual(['Delivery', 'Praise']);
  expect(data[0]).toHaveProperty('nr', '1');

  test.skip(host === 'electron', 'Its save dialog is the system’s.');
  const bundle = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export classifier' }).click();
  await expect(page.getByText(/Tested on \d+ texts: largest difference/)).toBeVisible({
    timeout: 60_000,
  });
  const zip = await readFile(await (await bundle).path());
  expect(zip.subarray(0, 2).toString()).toBe('PK');
  expect(zip.length).toBeGreaterThan(20_000_000);
  expect(problems).toEqual([]);
});
