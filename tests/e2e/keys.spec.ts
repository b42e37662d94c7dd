// Keys of labelling: one that is held down acts once, undo and redo reach everything, and the sheet is right.
import { expect, test } from './fixtures';
import { openTable, tableOf } from './openTable';

test('a key that is held down undoes or labels one text', async ({ page }) => {
  await openTable(page, tableOf(20, ['Billing', 'Praise']));
  const labelled = (texts: number) => page.getByRole('heading', { name: `${texts} of 20 texts` });
  const text = page.getByRole('article', { name: 'Text' });
  for (let texts = 3; texts <= 6; texts++) {
    const shown = await text.innerText();
    await page.keyboard.press('1');
    await expect(labelled(texts)).toBeVisible();
    await expect(text).not.toHaveText(shown);
  }

  const hold = async (key: string) => {
    for (let time = 0; time < 8; time++) {
      await page.keyboard.down(key);
      await page.waitForTimeout(60);
    }
    await page.keyboard.up(key);
  };
  await hold('Backspace');
  await expect(labelled(5)).toBeVisible();
  await hold('2');
  await expect(labelled(6)).toBeVisible();
});

test('the sheet of keys names those that do something', async ({ page }) => {
  await openTable(page, tableOf(20, ['Billing', 'Praise']));
  const find = page.getByRole('row', { name: 'Find a label' });
  await page.keyboard.press('?');
  await expect(page.getByRole('row', { name: 'Accept the suggestion' })).toBeVisible();
  await expect(find).toBeHidden();
});

test('Backspace leaves the labels alone, and Ctrl+Y brings them back', async ({ page }) => {
  await openTable(page, 'text\nThe parcel never came\nThank you\nPay me back');
  await page.getByRole('textbox', { name: 'Label 1', exact: true }).fill('Billing');
  await page.getByRole('textbox', { name: 'Label 2', exact: true }).fill('Praise');
  await page.getByRole('button', { name: 'Start labelling' }).click();
  await page.getByRole('article', { name: 'Text' }).waitFor();

  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
  await page.keyboard.press('Backspace');
  await page.waitForTimeout(300);
  await expect(page.getByRole('article', { name: 'Text' })).toBeVisible();

  await page.keyboard.press('Control+z');
  await expect(page.getByText('Undone: Change labels')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Which labels?' })).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(page.getByRole('article', { name: 'Text' })).toBeVisible();
});
