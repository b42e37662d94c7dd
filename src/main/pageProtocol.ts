// The address of the page in the desktop app: app://handful/ hands out the built page and nothing
// else. Unlike file:// it is an origin of its own, so the page's storage and the sender check have
// something to hold on to.
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentTypeOf, fileOfPage, pageHeaders } from './page';

const scheme = 'app';
const host = 'handful';
export const pageOrigin = `${scheme}://${host}`;

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the folder of the built page, once the app is ready. */
export function servePage(root: string): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const file = url.host === host ? fileOfPage(root, url.pathname) : null;
    const bytes = file ? await readFile(file).catch(() => null) : null;
    if (!file || !bytes) return new Response('There is nothing at this address.', { status: 404 });
    return new Response(new Uint8Array(bytes), {
      headers: { ...pageHeaders(''), 'Content-Type': contentTypeOf(file) },
    });
  });
}
