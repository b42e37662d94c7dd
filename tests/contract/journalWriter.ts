// A process that adds entries to a journal as fast as it can and tells which of them are saved, until
// somebody kills it or the disk refuses. Arguments: data folder, prefix of the ids, project ids.
import { Journal } from '../../src/main/journal';
import { toStudioError } from '../../src/shared/errors';

const [folder = '', prefix = '', ...projectIds] = process.argv.slice(2);
const journal = new Journal(folder);

async function write(projectId: string): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${prefix}-${projectId}-${n}`;
    const decision = { labels: ['x'.repeat(n % 700)], source: 'human' as const, at: n };
    const change = { type: 'decision' as const, exampleId: `e${n}`, decision };
    await journal.append([{ id, projectId, at: n, change }]);
    process.send?.({ saved: id });
  }
}

Promise.all(projectIds.map(write)).catch((error: unknown) => {
  const { code, message } = toStudioError(error);
  process.send?.({ failed: code, message }, undefined, undefined, () => process.exit(3));
});
