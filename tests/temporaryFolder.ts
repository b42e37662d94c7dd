// All temporary files of a run of the tests lie in one folder, which is gone when the run ends.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export default function setUp(): () => void {
  // A short name: the path of a socket has about a hundred characters.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hf-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
