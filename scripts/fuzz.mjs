import { parseArgs } from 'node:util';
import { createViteServer } from 'vitest/node';

// Plugin against reference, for as long as wanted: npm run fuzz -- --cases 10000000 [--seed 1]. The same seed gives the same
// cases. Ends with exit code 1 on the first difference.

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
  strict: false,
});
const cases = Number(values.cases);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
const isKnown = Object.keys(values).every((name) => name === 'cases' || name === 'seed');
if (!isKnown || !Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('Usage: npm run fuzz -- [--cases NUMBER] [--seed NUMBER]\n');
  process.exit(1);
}

// Vite runs TypeScript as the tests do, without a build of its own.
const server = await createViteServer({
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { fuzz } = await server.ssrLoadModule('/test/properties/fuzz.ts');
await server.close();
const agreed = fuzz(cases, seed, (line) => process.stdout.write(`${line}\n`));
process.exitCode = agreed ? 0 : 1;
