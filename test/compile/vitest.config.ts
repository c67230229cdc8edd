import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutation` runs for every mutant: all of the compiler's except the long ones on random objects. */
export default defineConfig({
  test: {
    include: ['test/compile/*.test.ts'],
    exclude: ['test/compile/properties.test.ts', 'test/compile/reasons.test.ts'],
    pool: 'threads',
    reporters: [],
  },
});
