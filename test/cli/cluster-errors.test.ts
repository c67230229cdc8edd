import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../agent/kubernetes/api-server.ts';
import { apiFailure } from '../../agent/kubernetes/failure.ts';
import { makeCertificates } from '../cluster/certificates.ts';
import { type FakeApi, startFakeApi, writeKubeconfig } from './fake-api.ts';
import { graylane } from './terminal.ts';

let folder: string;
let api: FakeApi | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-errors-'));
});

afterEach(async () => {
  await api?.close();
  api = undefined;
  await rm(folder, { recursive: true, force: true });
});

const said = async (kubeconfig: string, ...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await graylane(['get', 'lanes', '--kubeconfig', kubeconfig, ...words]);
  expect([code, out]).toEqual([1, '']);
  return err;
};

const saidWhen = async (status: number, message: string): Promise<string> => {
  api = await startFakeApi({ objects: [], refusals: { '/': { status, message } } });
  return said(api.kubeconfig);
};

describe('an error of the API server', () => {
  test('that nobody answers names the server', async () => {
    const kubeconfig = await writeKubeconfig(folder, 'http://127.0.0.1:1');
    expect(await said(kubeconfig)).toMatch(
      /^error GL5002: Cannot list rollouts\.rollouts\.kruise\.io: .*ECONNREFUSED 127\.0\.0\.1:1\. See that the cluster is up .+\n$/,
    );
  });

  test('that its certificate is not trusted', async () => {
    const { server } = await makeCertificates(folder);
    const keys = { cert: readFileSync(server.certFile), key: readFileSync(server.keyFile) };
    const https = createServer(keys, (_, response) => response.end('{}'));
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    try {
      const address = https.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const kubeconfig = await writeKubeconfig(folder, `https://127.0.0.1:${port}`);
      expect(await said(kubeconfig)).toMatch(/^error GL5003: .*self.signed certificate\. Renew it, .+\n$/);
    } finally {
      https.closeAllConnections();
      await new Promise((resolve) => https.close(resolve));
    }
  });

  test('that the credentials have expired', async () => {
    expect(await saidWhen(401, 'Unauthorized')).toMatch(/^error GL5004: .*Unauthorized\. Log in again, .+\n$/);
  });

  test('that it fails itself', async () => {
    expect(await saidWhen(500, 'etcdserver: request timed out')).toMatch(/^error GL5008: .*timed out\. Do what .+\n$/);
  });

  test('is one line, whatever the server says', async () => {
    expect(await saidWhen(403, 'no:\n  line\u001b[2J two')).toContain(': no: line [2J two. Ask');
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'ApiUntrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ApiUntrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ApiUntrusted'],
    ['ECONNRESET', 'ApiUnreachable'],
  ])('of the code %s is %s', (code, kind) => {
    const cause = Object.assign(new Error('x'), { code });
    expect(apiFailure(new ApiError('no answer', { cause }), 'read')).toMatchObject({ kind });
  });

  test('of a webhook that says no is no matter of rights', () => {
    const message = 'admission webhook "vrollout.kb.io" denied the request: no';
    expect(apiFailure(new ApiError(message, { status: 403 }), 'change it')).toMatchObject({
      kind: 'ApiRefused',
      message: `Cannot change it: ${message}`,
    });
  });

  test('of another kind stays what it is', () => {
    const error = new Error('x');
    expect(apiFailure(error, 'read')).toBe(error);
  });
});

describe('a kubeconfig', () => {
  test('that is not there is told', async () => {
    expect(await said(join(folder, 'none'))).toMatch(
      /^error GL5001: There is no kubeconfig at .+none\. Name another .+\n$/,
    );
  });

  test('that is none is told', async () => {
    await writeFile(join(folder, 'bad'), ': [');
    expect(await said(join(folder, 'bad'))).toMatch(/^error GL5001: [^\n]+\n$/);
  });

  test('without the context is told', async () => {
    const kubeconfig = await writeKubeconfig(folder, 'http://127.0.0.1:1');
    expect(await said(kubeconfig, '--context', 'prod')).toMatch(/^error GL5001: There is no context prod\. /);
  });
});

describe('a name', () => {
  test.each([
    [['a/b/c'], 'error GL1003: "a/b/c" is not NAME or NAMESPACE/NAME.'],
    [['a b'], 'error GL1003: "a b" is not NAME or NAMESPACE/NAME.'],
    [['shop/a', '-n', 'other'], 'error GL1005: shop/a and --namespace other exclude each other.'],
    [[], 'error GL1004: graylane approve needs ROLLOUT.'],
    [['a', '--timeout', '-1'], 'error GL1003: --timeout takes seconds, up to 3600, not -1.'],
    [['a', '--timeout', '1h'], 'error GL1003: --timeout takes seconds, up to 3600, not 1h.'],
  ])('that is given as %j is told', async (words, message) => {
    api = await startFakeApi({ objects: [] });
    const { code, err } = await graylane(['approve', ...words, '--kubeconfig', api.kubeconfig]);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
