// From the list of texts to one of them and back, without losing the place.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openTable, tableOf } from './openTable';

/** 30 texts; the first, third and fifth are Billing, the second, fourth and sixth Praise. */
async function openTexts(page: Page): Promise<void> {
  const names = ['Billing', 'Praise', 'Billing', 'Praise', 'Billing', 'Praise'];
  await openTable(page, tableOf(30, names));
  await page.keyboard.press('Alt+1');
}

test('correcting goes on along the filtered list, which is there again afterwards', async ({
  page,
}) => {
  await openTexts(page);
  const filter = page.getByRole('combobox', { name: 'Show' });
  await filter.selectOption('Billing (3)');
  await page.getByRole('searchbox', { name: 'Search texts' }).fill('message');
  await page.getByRole('button', { name: 'The message with the number 1' }).click();

  const text = page.getByRole('article', { name: 'Text' });
  await expect(text).toContainText('1 of the 3 listed in Texts');
  await page.keyboard.press('2');
  await expect(text).toContainText('The message with the number 3');
  await page.keyboard.press('1');
  await expect(text).toContainText('The message with the number 5');
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Back to Texts' }).click();

  await expect(page.getByText('2 of 30 texts')).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Search texts' })).toHaveValue('message');
  await expect(filter.getByRole('option', { selected: true })).toHaveText('Billing (2)');
});

test('what is saved of a filtered list is said on the button and in the file’s name', async ({
  page,
  host,
}) => {
  test.skip(host === 'electron', 'Its save dialog is the system’s.');
  await openTexts(page);
  const saved = async (button: string) => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button, exact: true }).click();
    return (await download).suggestedFilename();
  };
  expect(await saved('Save as spreadsheet')).toBe('Messages.csv');
  await page.getByRole('searchbox', { name: 'Search texts' }).fill('number 2');
  expect(await saved('Save the 11 shown as spreadsheet')).toBe('Messages (11 of 30).csv');
  await page.getByRole('searchbox', { name: 'Search texts' }).fill('nowhere');
  await expect(page.getByRole('button', { name: 'Save the 0 shown' })).toBeDisabled();
});

test('the list is scrolled where it was', async ({ page }) => {
  await openTexts(page);
  await page.getByRole('group', { name: 'Texts' }).hover();
  await page.mouse.wheel(0, 700);
  const late = page.getByRole('button', { name: 'The message with the number 20' });
  await expect(late).toBeInViewport();
  await late.click();
  await page.getByRole('article', { name: 'Text' }).waitFor();
  await page.keyboard.press('Alt+1');
  await expect(late).toBeInViewport();
});
