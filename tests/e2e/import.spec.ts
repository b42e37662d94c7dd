// The dialog that a file opens: what is chosen in it can be chosen otherwise.
import writeXlsxFile from 'write-excel-file/universal';
import { expect, test } from './fixtures';

test('all is to be read, and Enter goes on', async ({ page }) => {
  await page.getByText('Nothing leaves this computer').waitFor();
  await page.keyboard.press('s');
  const labels = page.getByRole('combobox', { name: 'Column with labels' });
  await expect(labels).toBeVisible();
  // A copy of a chooser that is as wide as its text tells whether the text fits.
  const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('select')]
    .filter((select) => {
      const copy = select.cloneNode();
      copy.append(select.selectedOptions[0].cloneNode(true));
      copy.style.width = 'max-content';
      document.body.append(copy);
      const { width } = copy.getBoundingClientRect();
      copy.remove();
      return width > select.getBoundingClientRect().width;
    })
    .map((select) => select.selectedOptions[0].text)`);
  expect(cut).toEqual([]);
  await expect(page.getByRole('combobox', { name: 'Characters' })).toHaveValue('UTF-8');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Which labels?' })).toBeVisible();
});

test('an empty sheet is said to be empty, and another one can be chosen', async ({ page }) => {
  const blob = await writeXlsxFile([
    { sheet: 'Class', data: [['text'], ['The parcel never came'], ['Thank you']] },
    { sheet: 'Empty', data: [[]] },
  ]).toBlob();
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'class.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: Buffer.from(await blob.arrayBuffer()),
    });
  const sheet = page.getByRole('combobox', { name: 'Sheet' });
  await sheet.selectOption('Empty');
  await expect(page.getByText('has no text in its sheet "Empty"')).toBeVisible();
  await expect(sheet).toHaveValue('Empty');
  await expect(page.getByRole('button', { name: 'Create project' })).toBeDisabled();

  await sheet.selectOption('Class');
  await expect(page.getByText('2 texts', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create project' })).toBeEnabled();
});
