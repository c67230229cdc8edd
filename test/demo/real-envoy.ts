import { type EnvoyBinary, EnvoyMissing, findEnvoy } from '../../demo/gateway/envoy-binary.ts';

/**
 * The Envoy for tests, installed at the first time. Undefined, with a line that says why, where none can be had: tests are to
 * be skipped then. With CI set that is an error, since a test that is skipped everywhere tests nothing.
 */
export async function envoyForTests(): Promise<EnvoyBinary | undefined> {
  try {
    return await findEnvoy({ env: process.env });
  } catch (error) {
    if (!(error instanceof EnvoyMissing) || process.env['CI']) throw error;
    process.stderr.write(`tests on a real Envoy are skipped: ${error.message}\n`);
    return undefined;
  }
}
