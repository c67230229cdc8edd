import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** How `npm run coverage` runs the tests. */
export default mergeConfig(base, {
  test: {
    // What needs a real gateway runs on the release, and soaks run the built agent in processes of its own.
    exclude: ['test/envoy/**', 'test/demo/**', 'test/bench/**', 'test/cluster/**/*.soak.test.ts'],
    setupFiles: ['scripts/coverage-setup.mjs'],
    coverage: {
      enabled: true,
      reportOnFailure: true,
      provider: 'v8',
      include: ['agent/**/*.ts'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'reports/coverage/agent',
      thresholds: { 'agent/compile/**': { statements: 100 }, 'agent/**': { statements: 95 } },
    },
  },
});
