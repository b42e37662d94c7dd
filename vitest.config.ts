import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['{src/{shared,main,preload},tests,bench}/**/*.test.ts'],
          environment: 'node',
          globalSetup: 'tests/temporaryFolder.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      { extends: './vitest.renderer.config.ts', test: { name: 'renderer' } },
    ],
  },
});
