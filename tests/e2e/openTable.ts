// A project from a few lines of CSV, for stories that begin after the import.
import type { Page } from '@playwright/test';

/** Makes a project of the table; where it has a column of labels, they are taken over. */
export async function openTable(page: Page, csv: string, name = 'Messages.csv'): Promise<void> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** A table of so many texts, of which the first ones have one label each. */
export function tableOf(texts: number, labels: readonly string[]): string {
  const rows = Array.from(
    { length: texts },
    (_, place) => `The message with the number ${place + 1},${labels[place] ?? ''}`,
  );
  return ['text,label', ...rows].join('\n');
}
