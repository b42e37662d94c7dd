// Texts and labels to measure with when no data is given: the sample table, and made-up names.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findColumn } from '../src/shared/tables/columns';
import { readTable } from '../src/shared/tables/readTable';

const sample = 'resources/samples/customer-messages.csv';

/** 300 messages of about 30 tokens each. */
export async function sampleTexts(): Promise<string[]> {
  const table = await readTable(await readFile(sample), path.basename(sample));
  const column = findColumn(table, 'text');
  return table.rows.map((row) => row[column] ?? '');
}

/** 77 things that customers write about, of one to five words. */
export const madeUpLabels: readonly string[] = `
  complaint, praise, refund, late delivery, wrong item, broken item, missing part, price too high,
  discount code, gift card, gift wrapping, invoice copy, tax number, charged twice, payment
  declined, pay by transfer, pay in instalments, receipt lost, change address, change name on
  order, cancel order, order not confirmed, track parcel, parcel at wrong door, parcel left in
  rain, collect in shop, opening hours, parking, return by post, return in shop, return without
  box, exchange for other size, colour, size too small, size too large, material, washing advice,
  smell, allergy, vegan, spare parts, repair, warranty, manual missing, assembly help, screws do
  not fit, battery, charger, does not switch on, too loud, software update, app crashes, app too
  slow, cannot log in, forgot password, two accounts, delete my account, data protection,
  unsubscribe from newsletter, wrong language, dark mode, search, product not in stock, pre-order
  date, bulk order, resellers, sponsoring, press, job application, complaint about staff, thanks
  to staff, idea for improvement, survey, loyalty points, stolen card, suspected fraud, lost in
  transit
`
  .trim()
  .split(/,\s+/);
