// The browser host in a process of its own. Arguments: port, or nothing.
import { openBrowserHost } from '../../src/main/browser';
import { toStudioError } from '../../src/shared/errors';

const [port] = process.argv.slice(2);
openBrowserHost({ openBrowser: false, ...(port !== undefined && { port: Number(port) }) })
  .then((host) => host.ended)
  .then(
    () => console.log('ended'),
    (error: unknown) => {
      console.error(toStudioError(error).message);
      process.exitCode = 1;
    },
  );
