// What failed is said above the screen, where it covers nothing, and no longer than it matters.
import { expect, test } from './fixtures';
import { openTable, tableOf } from './openTable';

test('an empty file is refused, and the news of it stays in its step', async ({ page }) => {
  await openTable(page, tableOf(20, ['Billing', 'Praise']));
  await page.keyboard.press('Alt+5');
  await page.getByRole('heading', { name: 'Try a text' }).waitFor();
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  const notice = page.getByText('This file cannot be opened');
  await expect(notice).toBeVisible();

  const strip = await notice.boundingBox();
  const bar = await page.getByRole('banner').boundingBox();
  expect((strip?.y ?? 0) + (strip?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);

  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('button', { name: 'Save as spreadsheet' })).toBeVisible();
  await expect(notice).toBeHidden();
});
