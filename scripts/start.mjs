// `npm start`: the desktop app where Electron's binary is there or can be fetched; otherwise the same
// app in the browser, after a sentence that says why.
import { fetchElectron, findElectron, whyNoWindow } from './electron.mjs';
import { ensureBuilt, root, run } from './repository.mjs';

try {
  await ensureBuilt();
  const noWindow = whyNoWindow();
  const electron = noWindow ? null : (findElectron() ?? (await fetchElectron()));
  if (electron) {
    process.exitCode = await run(electron, [root, ...process.argv.slice(2)]);
  } else {
    const reason = noWindow ?? 'the desktop shell (Electron) could not be fetched';
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
