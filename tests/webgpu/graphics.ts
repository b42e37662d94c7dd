// Finds a graphics card, or a Vulkan driver that does without one.
import { fork } from 'node:child_process';
import { access } from 'node:fs/promises';

type Graphics = Readonly<Record<string, string>>;

/** Where Debian's Chromium keeps a Vulkan driver that needs no graphics card. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * The environment in which WebGPU runs; `missing` says why it does not, '' when it does.
 * `script`: the engine, built; `folder`: an empty one for the driver.
 */
export async function findGraphics(
  script: string,
  folder: string,
): Promise<{ graphics: Graphics; missing: string }> {
  const missing = await reasonWithout(script, {});
  if (missing === '' || !(await exists(softwareDriver))) return { graphics: {}, missing };
  const graphics = { VK_ICD_FILENAMES: softwareDriver, XDG_RUNTIME_DIR: folder };
  return { graphics, missing: await reasonWithout(script, graphics) };
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Why WebGPU does not run here; '' when it does. */
function reasonWithout(script: string, graphics: Graphics): Promise<string> {
  return new Promise((resolve) => {
    let reason = 'The trial ended without an answer.';
    const child = fork(script, ['--probe', 'webgpu'], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, ...graphics },
      execArgv: [],
    });
    child.on('message', (answer: { ms?: number; reason?: string }) => {
      reason = answer.ms === undefined ? (answer.reason ?? '') : '';
      child.kill('SIGKILL');
    });
    child.on('exit', () => resolve(reason));
  });
}
