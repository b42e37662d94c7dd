import { expect, it } from 'vitest';
import { bundleName } from './bundleName';

it.each([
  ['Customer messages', 'Customer messages.zip'],
  ['a/b\\c: "d"?', 'a b c d.zip'],
  ['..hidden.', 'hidden.zip'],
  [' \u0000 ', 'classifier.zip'],
  ['...', 'classifier.zip'],
  ['con', 'classifier con.zip'],
  ['LPT1.old', 'classifier LPT1.old.zip'],
  ['nul .old', 'classifier nul .old.zip'],
  ['COM¹', 'classifier COM¹.zip'],
  ['conout$', 'classifier conout$.zip'],
  ['. .hidden', 'hidden.zip'],
  ['Contracts', 'Contracts.zip'],
  ['COM10', 'COM10.zip'],
])('%j is kept as %j', (name, file) => {
  expect(bundleName(name)).toBe(file);
});

it('cuts a long name between two characters, so that it fits everywhere', () => {
  const name = bundleName('ข้อความ'.repeat(40));
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(204);
  expect(name).toMatch(/^(ข้อความ)+[ข้อความ]*\.zip$/);
  expect(bundleName('👍'.repeat(100))).toBe(`${'👍'.repeat(50)}.zip`);
});
