import { describe, expect, test } from 'vitest';
import { graylane } from './terminal.ts';

describe('graylane withdraw', () => {
  test.each([
    [[], 'error GL1004: graylane withdraw needs --routes A,B.'],
    [
      ['--routes', 'istio,nginx'],
      'error GL1003: --routes takes gateway-api, istio, ingress with commas between, not istio,nginx.',
    ],
    [['--routes', 'istio', '--wait', '1h'], 'error GL1003: --wait takes seconds from 0 to 3600, not 1h.'],
    [
      ['--routes', 'istio', '-n', 'Shop'],
      'error GL1003: --watch-namespaces takes names with commas between, not Shop.',
    ],
    [['--routes', 'istio', '--target', 'envoy:out'], 'error GL1003: --target takes higress or istio, not envoy:out.'],
    [['--routes', 'istio', '--kubeconfig', 'in-cluster'], 'error GL5001: This is no pod of a cluster.'],
  ])('with %j says what is wrong, and asks no cluster', async (words, message) => {
    const { code, out, err } = await graylane(['withdraw', ...words]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(message);
  });
});
