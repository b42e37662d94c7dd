// A small window, or a large one at 200 % zoom: the text to be labelled stays readable, with one scroll
// bar at most and with the news that all is saved.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openTable, tableOf } from './openTable';

const windows = [
  { width: 640, height: 430, labels: 4 },
  { width: 900, height: 600, labels: 12 },
  { width: 1280, height: 860, labels: 4 },
];
const step = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });

/** How many places of the page can be scrolled up and down. */
const scrollBars = (page: Page) =>
  page.evaluate<number>(`[...document.querySelectorAll('*')].filter((element) => {
    const scrolls =
      element === document.documentElement ||
      /auto|scroll/.test(getComputedStyle(element).overflowY);
    return scrolls && element.scrollHeight > element.clientHeight + 1;
  }).length`);

for (const { width, height, labels } of windows)
  test(`${labels} labels in a window of ${width} by ${height}`, async ({ page, host }) => {
    test.skip(host === 'electron', 'Its window has a size of its own.');
    await page.setViewportSize({ width, height });
    const names = Array.from({ length: labels }, (_, place) => `Kind ${place + 1}`);
    await openTable(page, tableOf(60, [...names, ...names]));
    const box = await page.getByRole('article', { name: 'Text' }).boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(200);
    const lowest = page.getByRole('button', { name: 'Next' });
    await lowest.scrollIntoViewIfNeeded();
    await expect(lowest).toBeInViewport({ ratio: 1 });
    await expect(page.getByText('Saved', { exact: true })).toBeInViewport({ ratio: 1 });
    expect(await scrollBars(page)).toBeLessThanOrEqual(1);

    await step(page, 'Use').click();
    await expect(page.getByRole('heading', { name: 'Try a text' })).toBeVisible();
    expect(await scrollBars(page)).toBeLessThanOrEqual(1);
  });
