import { expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/universal';
import { ImportDraft } from './importDraft.svelte';

async function workbook(): Promise<Uint8Array> {
  const blob = await writeXlsxFile([
    { sheet: 'Class', data: [['text'], ['The parcel never came'], ['Thank you']] },
    { sheet: 'Empty', data: [[]] },
    { sheet: 'Other', data: [['text'], ['Pay me back']] },
  ]).toBlob();
  return new Uint8Array(await blob.arrayBuffer());
}

test('an empty sheet is refused, and another one can be chosen after it', async () => {
  const source = {
    name: 'class.xlsx',
    bytes: await workbook(),
    projectId: null,
    takesLabels: true,
  };
  const draft = new ImportDraft(source, () => []);
  await draft.read();
  expect(draft.reading).toEqual({ sheet: 'Class', header: true });

  await draft.read({ sheet: 'Empty' });
  expect(draft.error?.message).toBe(
    '"class.xlsx" has no text in its sheet "Empty". Choose another sheet.',
  );
  expect(draft.table?.sheets).toEqual(['Class', 'Empty', 'Other']);
  expect(draft.reading.sheet).toBe('Empty');

  await draft.read({ ...draft.reading, sheet: 'Other' });
  expect(draft.error).toBeNull();
  expect(draft.prepared?.rows).toEqual([{ text: 'Pay me back', labelName: '' }]);
});
