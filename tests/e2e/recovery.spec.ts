// Whatever is killed, no label is lost.
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** Makes a project of the sample's texts alone, with two labels, and opens its Label step. */
async function beginLabelling(page: Page): Promise<void> {
  await page.getByRole('button', { name: /sample/i }).click();
  await page.getByLabel('Column with labels').selectOption({ index: 0 });
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.keyboard.press('Alt+2');
  await page.getByRole('textbox', { name: 'Label 1', exact: true }).fill('praise');
  await page.getByRole('textbox', { name: 'Label 2', exact: true }).fill('complaint');
  await page.getByRole('button', { name: 'Start labelling' }).click();
  await expect(labelled(page, 0)).toBeVisible();
}

const labelled = (page: Page, count: number) => page.getByText(`${count} of 300 texts labelled`);
const saved = (page: Page) => page.getByText('Saved', { exact: true });

/** Labels one text with a key, and waits until the screen has counted it. */
async function label(page: Page, key: string, count: number): Promise<void> {
  await page.keyboard.press(key);
  await expect(labelled(page, count)).toBeVisible();
}

test.skip(({ host }) => host === 'electron', 'There the page goes with its process.');

test('labels outlive the studio`s process, the page and the page`s storage', async ({
  studio,
  page,
  browser,
}) => {
  await beginLabelling(page);
  await label(page, '1', 1);
  await label(page, '2', 2);
  await expect(saved(page)).toBeVisible();

  await studio.kill();
  await label(page, '1', 3); // the page goes on alone, and says so
  await expect(page.getByText('Not saved yet', { exact: true })).toBeVisible();
  await expect(page.getByText('Handful is switched off.')).toBeVisible();
  await studio.start();
  await expect(saved(page)).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('Handful is switched off.')).toBeHidden();

  await page.reload();
  await expect(labelled(page, 3)).toBeVisible();

  const elsewhere = await (await browser.newContext()).newPage(); // with a storage that is empty
  await elsewhere.goto(studio.address());
  await elsewhere.getByText('Customer messages').click();
  await elsewhere.keyboard.press('Alt+2');
  await expect(labelled(elsewhere, 3)).toBeVisible();
});

test('a page shows and sends nothing of one data folder to another', async ({ studio, page }) => {
  await beginLabelling(page);
  await label(page, '1', 1);
  await expect(saved(page)).toBeVisible();
  await page.getByRole('link', { name: 'Handful' }).click();
  const project = page.getByText('Customer messages');
  await expect(project).toBeVisible();

  // Another folder at the same address: the page that is open finds its way to it.
  await studio.kill();
  const aside = `${studio.dataFolder}-aside`;
  await rename(studio.dataFolder, aside);
  await mkdir(studio.dataFolder);
  await copyFile(path.join(aside, 'browser.json'), path.join(studio.dataFolder, 'browser.json'));
  await writeFile(path.join(studio.dataFolder, 'folder-id'), '0123456789abcdef');
  await studio.start();
  await expect(saved(page)).toBeVisible({ timeout: 15_000 });
  await expect(project).toBeHidden();
  await page.reload();
  await expect(saved(page)).toBeVisible();
  await expect(project).toBeHidden();

  await studio.kill();
  await rm(studio.dataFolder, { recursive: true });
  await rename(aside, studio.dataFolder);
  await studio.start();
  await expect(project).toBeVisible({ timeout: 15_000 });
});

test('a window that is refused says so, and a training there fails at once', async ({
  studio,
  page,
  context,
}) => {
  await page.locator('input[type=file]').setInputFiles({
    name: 'messages.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'message,label\nPay me back,a\nA refund please,a\nIt is late,b\nNever came,b',
    ),
  });
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('heading', { name: '4 of 4 texts labelled' })).toBeVisible();
  await expect(saved(page)).toBeVisible();

  // The same address in another window: the token was taken out of it.
  const again = await context.newPage();
  await again.goto(page.url());
  await expect(again.getByText(/This window may not talk to Handful any more/)).toBeVisible();
  await again.keyboard.press('Alt+3');
  await again.getByRole('button', { name: 'Train', exact: true }).last().click();
  await expect(again.getByRole('alert')).toContainText('may not talk to Handful');
  await expect(again.getByRole('button', { name: 'Go on' })).toBeVisible();

  await again.goto(studio.address());
  await expect(saved(again)).toBeVisible();
});
