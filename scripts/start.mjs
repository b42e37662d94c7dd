// `npm start`: the desktop app where Electron's binary is there or can be fetched; otherwise the same
// app in the browser, after a sentence that says why.
import { fetchElectron, findElectron, whyNoWindow } from './electron.mjs';
import { ensureBuilt, root, run } from './repository.mjs';

/** A window that failed so soon was never seen. */
const neverSeenMs = 4_000;

/** Opens the desktop app until it is closed; otherwise says why not, as the end of a sentence. */
async function openWindow() {
  const reason = whyNoWindow();
  if (reason) return reason;
  const electron = findElectron() ?? (await fetchElectron());
  if (!electron) return 'the desktop shell (Electron) could not be fetched';
  const begun = Date.now();
  const code = await run(electron, [root, ...process.argv.slice(2)]);
  if (code !== 0 && Date.now() - begun < neverSeenMs)
    return 'the desktop shell does not start here';
  process.exitCode = code;
  return null;
}

try {
  await ensureBuilt();
  const reason = await openWindow();
  if (reason) {
    console.log(`Handful opens in the browser, since ${reason}. End it with Ctrl+C.`);
    const { openBrowserHost } = await import('../out/main/browser.js');
    await (
      await openBrowserHost({ openBrowser: true })
    ).ended;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
