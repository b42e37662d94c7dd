// What the browser host remembers from one start to the next: its port, since a page's own storage
// belongs to the port it came from, and its token, so that a page that is still open finds back.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { explainDiskError } from '../shared/explainDiskError';
import { replaceFile } from './durableFiles';

const Session = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535)),
  /** 128 random bits. */
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});
export type Session = v.InferOutput<typeof Session>;

const fileOf = (dataFolder: string) => path.join(dataFolder, 'browser.json');

/** The session of the last start; a fresh one (port 0) when there is none that can be read. */
export async function recallSession(dataFolder: string): Promise<Session> {
  const text = await readFile(fileOf(dataFolder), 'utf8').catch(() => '');
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Session), text);
  return found.success ? found.output : { port: 0, token: randomBytes(16).toString('hex') };
}

/** Keeps the session where only this user can read it. */
export async function rememberSession(dataFolder: string, session: Session): Promise<void> {
  const file = fileOf(dataFolder);
  await mkdir(dataFolder, { recursive: true }).catch((error: unknown) => {
    throw explainDiskError(error, dataFolder);
  });
  await replaceFile(file, (temporary) =>
    writeFile(temporary, JSON.stringify(session), { mode: 0o600 }),
  );
}
