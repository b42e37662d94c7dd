// A table whose cells hold several labels: the preview says what becomes of them.
import { expect, test } from './fixtures';

test('the import says that a text gets one label', async ({ page }) => {
  const labels = ['broken', 'late', 'broken; late', 'rude'];
  const rows = Array.from({ length: 40 }, (_, row) => `Nobody came at ${row},${labels[row % 4]}`);
  await page.locator('input[type=file]').setInputFiles({
    name: 'messages.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['message,tags', ...rows].join('\n')),
  });
  const dialog = page.getByRole('dialog');
  const hint = dialog.getByText(/Here a text gets one label, so “broken; late” will be a label/);
  await expect(hint).toBeVisible();
  await dialog.getByLabel('Column with labels').selectOption({ label: 'None yet' });
  await expect(hint).toBeHidden();
});
