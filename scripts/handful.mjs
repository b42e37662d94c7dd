// `npm run handful -- ...`: the command line, after a build if one is needed. Standard output is the
// command's own, so that `--json` can be read by a program.
import { ensureBuilt, runNode } from './repository.mjs';

try {
  await ensureBuilt();
  process.exitCode = await runNode('out/main/cli.js', process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
