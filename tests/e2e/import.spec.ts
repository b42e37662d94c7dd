// The dialog that a file opens: what is chosen in it can be chosen otherwise.
import writeXlsxFile from 'write-excel-file/universal';
import { expect, test } from './fixtures';

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
