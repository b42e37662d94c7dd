// `npm run bench:NAME -- ...`: builds one benchmark into out/bench and starts it.
import { build } from 'vite';
import { root, runNode } from '../scripts/repository.mjs';

const [name, ...args] = process.argv.slice(2);
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: `bench/${name}.ts`,
    outDir: 'out/bench',
    emptyOutDir: false,
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: `${name}.js` } },
  },
});
process.exitCode = await runNode(`out/bench/${name}.js`, args);
