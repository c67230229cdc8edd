import { configDefaults, defineConfig } from 'vitest/config';
import { hasPrograms } from './test/cluster/programs.ts';

/** What needs a program that takes long to build, and that nobody has who did not ask for it. */
const UNASKED = hasPrograms('egctl') ? [] : ['test/cluster/envoy-gateway.test.ts'];
if (UNASKED.length > 0) console.log('Envoy Gateway is not asked: no egctl; EGCTL=1 test/cluster/assets builds it');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...UNASKED],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
  },
});
