// `npm run handful -- ...`: the command line, after a build if one is needed; `npm run encoder -- ...`: the
// same for the teaching of an encoder. Standard output is the command's own, for programs to read.
import { ensureBuilt, runNode } from './repository.mjs';

try {
  await ensureBuilt();
  const words = process.argv.slice(2);
  const entry = words[0] === '--entry' ? words.splice(0, 2)[1] : 'cli';
  process.exitCode = await runNode(`out/main/${entry}.js`, words);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
