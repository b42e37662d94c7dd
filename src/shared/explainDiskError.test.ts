import { expect, it } from 'vitest';
import { explainDiskError } from './explainDiskError';

const failure = (code: string) => Object.assign(new Error(`${code}: refused`), { code });

it.each([
  ['ENOSPC', 'disk-full', /disk is full: "\/data\/x" .* Free some space/],
  ['EDQUOT', 'disk-full', /Free some space/],
  ['EACCES', 'no-permission', /may not read or write "\/data\/x"\. Change the permissions/],
  ['EROFS', 'no-permission', /choose another folder/],
  ['ENOTDIR', 'no-permission', /"\/data\/x" .* Move it away/],
  ['EIO', 'internal', /fault at "\/data\/x"\. Check the disk/],
  ['EBUSY', 'busy', /"\/data\/x" is in use .* Close it/],
  ['ENAMETOOLONG', 'bad-request', /"\/data\/x" is too long .* Choose a shorter one/],
  ['EWHATEVER', 'internal', /EWHATEVER: refused/],
])('says %s in a sentence', (code, ours, sentence) => {
  const error = explainDiskError(failure(code), '/data/x');
  expect(error.code).toBe(ours);
  expect(error.message).toMatch(sentence);
});

it('keeps a sentence that somebody has written already', () => {
  const first = explainDiskError(failure('ENOSPC'), '/data/x');
  expect(explainDiskError(first, '/data/y')).toBe(first);
});
