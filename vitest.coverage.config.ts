import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** How `npm run coverage` runs the tests. */
export default mergeConfig(base, {
  test: {
    setupFiles: ['scripts/coverage-setup.mjs'],
    reporters: ['dot'],
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['agent/**/*.ts'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'reports/coverage/agent',
      thresholds: { 'agent/compile/**': { statements: 100 }, 'agent/**': { statements: 95 } },
    },
  },
});
