import { expect, test } from 'vitest';
import { languageName } from './phrases';

test('names a language in English, and leaves other words as they are', () => {
  expect(languageName('en')).toBe('English');
  expect(languageName('de')).toBe('German');
  expect(languageName('several languages')).toBe('several languages');
  expect(languageName('unknown')).toBe('unknown');
});
