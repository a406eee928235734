import { defineConfig } from 'vitest/config'

/** Four kinds of test, by suffix and folder: see docs in ARCHITECTURE.md. Two cores: two workers. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'sandbox/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    globalSetup: ['test/kit/global-setup.ts'],
    passWithNoTests: false,
  },
})
