import { describe } from 'vitest';
import { type EnvoyBinary, findEnvoy } from '../../demo/gateway/envoy-binary.ts';

/** The Envoy that these tests run on, or why there is none; sought once for each test file. */
const sought = await findEnvoy({ env: process.env }).catch((error: unknown) => String(error));

if (typeof sought === 'string') {
  if (process.env['CI']) throw new Error(`these tests need an Envoy: ${sought}`);
  console.log(`Tests on a real Envoy are skipped: ${sought}`);
}

/** The Envoy that was found. Throws where there is none: then no test that needs it runs. */
export function envoy(): EnvoyBinary {
  if (typeof sought === 'string') throw new Error(sought);
  return sought;
}

/** Tests on a real Envoy. Where none can be had they are skipped, and a line says why; with `CI` set they fail. */
export const describeOnEnvoy = describe.skipIf(typeof sought === 'string');
