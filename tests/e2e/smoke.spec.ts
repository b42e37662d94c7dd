// The canary: does it open at all. Keep it this small; every story has a spec of its own.
import { expect, test } from './fixtures';

test('opens at home', async ({ page }) => {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/Handful/);
  expect(problems).toEqual([]);
});

test('opens again on the same folder after it was killed', async ({ studio }) => {
  await studio.kill();
  await studio.start();
  const page = await studio.open();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
