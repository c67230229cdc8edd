import { setInterval } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { microTime } from '../../agent/kubernetes/lease.ts';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at } from '../../agent/model/json.ts';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { madeIn, madeObjects, routesPath } from './made-routes.ts';
import { HAS_GATEWAY_API, routeDefinitions } from './route-definitions.ts';
import { configFor, PluginObject } from './wasm-plugin.ts';

const ALL = 'istio,gateway-api,ingress';
const LEASE = { namespace: 'higress-system', name: 'graylane' };
const LEASE_PATH = '/apis/coordination.k8s.io/v1/namespaces/higress-system/leases/graylane';
const MADE = [
  'ApisixRoute shop/a-graylane',
  'DestinationRule shop/a-graylane',
  'HTTPRoute shop/a-graylane',
  'Ingress shop/a-graylane',
  'Service shop/a-graylane-gray',
  'VirtualService shop/a-graylane',
];

describe.skipIf(!HAS_CLUSTER || !HAS_GATEWAY_API)('graylane withdraw', () => {
  let cluster: Cluster;
  let proxy: FaultProxy;
  let plugin: PluginObject;
  let kubeconfig: string;

  beforeAll(async () => {
    cluster = await startCluster();
    proxy = await startFaultProxy(cluster);
    plugin = new PluginObject(cluster, HIGRESS);
    kubeconfig = await cluster.kubeconfig('writer', { url: proxy.url });
    await cluster.apply([mayEverything('writer')]);
    await cluster.apply(routeDefinitions());
  }, 120_000);

  afterAll(async () => {
    await proxy?.close();
    await cluster?.stop();
  });

  beforeEach(async () => {
    await plugin.delete();
    await plugin.create();
    await applied(configFor('100', '200'));
    await cluster.apply(madeObjects('shop'));
  });

  afterEach(() => proxy.heal());

  const withdraw = (...words: readonly string[]): Promise<Ended> =>
    graylane(['withdraw', '--kubeconfig', kubeconfig, ...(words.includes('--wait') ? [] : ['--wait', '0']), ...words]);

  /** As the agent writes it. */
  const applied = async (defaultConfig: object, fieldManager = 'graylane'): Promise<void> => {
    const { group, version, kind } = HIGRESS.resource;
    await cluster.admin.request({
      method: 'PATCH',
      path: objectPath(HIGRESS.resource, HIGRESS.namespace, 'graylane'),
      query: { fieldManager, force: true },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: `${group}/${version}`, kind, metadata: { name: 'graylane' }, spec: { defaultConfig } },
    });
  };

  test('takes back the rules first, then routes, then what they led to, and says so', async () => {
    const before = proxy.passed.length;
    const { code, out, err } = await withdraw('--routes', ALL, '--wait', '0.3');
    expect({ code, out: out.split('\n'), err }).toEqual({
      code: 0,
      out: [
        'higress:higress-system/graylane: 2 rules taken out',
        'VirtualService shop/a-graylane: deleted',
        'HTTPRoute shop/a-graylane: deleted',
        'Ingress shop/a-graylane: deleted',
        'ApisixRoute shop/a-graylane: deleted',
        'DestinationRule shop/a-graylane: deleted',
        'Service shop/a-graylane-gray: deleted',
        '',
      ],
      err: 'note: waiting 0.3 s until every gateway knows\nnote: waiting 0.3 s until every gateway knows\n',
    });
    expect(await madeIn(cluster.admin)).toEqual([]);
    expect(await plugin.config()).toEqual({ revision: expect.any(String), rules: [] });
    expect((await plugin.owners())['graylane Apply']).toEqual([
      'spec.defaultConfig.revision',
      'spec.defaultConfig.rules',
    ]);
    const writes = proxy.passed.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path.split('/').at(-2)}`)).toEqual([
      'PATCH wasmplugins',
      'DELETE virtualservices',
      'DELETE httproutes',
      'DELETE ingresses',
      'DELETE apisixroutes',
      'DELETE destinationrules',
      'DELETE services',
    ]);
  });

  test('says that nothing is left the second time, and waits for nobody', async () => {
    await withdraw('--routes', ALL);
    expect(await withdraw('--routes', ALL, '--wait', '60')).toEqual({
      code: 0,
      out: '',
      err: 'note: there is no route of graylane to delete\n',
    });
  });

  test('leaves alone what graylane did not make, and formats that are not named', async () => {
    const [service] = madeObjects('shop');
    const others = { ...service, metadata: { name: 'others', namespace: 'shop' } };
    await cluster.apply([others]);
    await withdraw('--routes', 'gateway-api');
    expect(await madeIn(cluster.admin)).toEqual(MADE.filter((made) => !/^(HTTPRoute|Service) /.test(made)));
    const path = `${routesPath('Service', 'shop')}/others`;
    expect(await cluster.admin.request({ method: 'GET', path })).toMatchObject({ kind: 'Service' });
  });

  test('deletes in the namespaces that are named alone', async () => {
    await cluster.apply(madeObjects('elsewhere'));
    await cluster.apply(madeObjects('payment'));
    await withdraw('--routes', ALL, '-n', 'elsewhere,payment');
    expect(await madeIn(cluster.admin)).toEqual(MADE);
  });

  test('with --dry-run says what would go, and changes nothing', async () => {
    const { code, out } = await withdraw('--routes', 'istio', '--dry-run');
    expect([code, out]).toEqual([
      0,
      `higress:higress-system/graylane: 2 rules would be taken out
VirtualService shop/a-graylane: would be deleted
DestinationRule shop/a-graylane: would be deleted
`,
    ]);
    expect(await madeIn(cluster.admin)).toEqual(MADE);
    expect(await plugin.config()).toEqual(configFor('100', '200'));
  });

  test('waits where the WasmPlugin is gone, since gateways may not know that yet, and says which one is', async () => {
    await plugin.delete();
    const { code, out, err } = await withdraw('--routes', 'istio', '--wait', '0.3');
    expect([code, out.includes('taken out')]).toEqual([0, false]);
    expect(err).toContain('note: there is no WasmPlugin higress-system/graylane of extensions.higress.io, so no rule');
    expect(err.match(/waiting 0\.3 s/g)).toHaveLength(2);
    expect(await madeIn(cluster.admin)).toEqual(MADE.filter((made) => !/^(Virtual|Destination)/.test(made)));
  });

  test('deletes no route while somebody else keeps the tags, until that is forced', async () => {
    await applied({ rules: configFor('7').rules }, 'kubectl-edit');
    const { code, out, err } = await withdraw('--routes', ALL);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^error GL5008: Cannot take the rules out of .+: Field manager kubectl-edit owns .+--force-conflicts/,
    );
    expect(await madeIn(cluster.admin)).toEqual(MADE);
    expect((await withdraw('--routes', ALL, '--force-conflicts')).code).toBe(0);
    expect(await plugin.config()).toEqual({ revision: expect.any(String), rules: [] });
    expect(await madeIn(cluster.admin)).toEqual([]);
  });

  test('deletes the other routes when one cannot be, and leaves what they led to', async () => {
    proxy.inject({
      on: ({ method, path }) => method === 'DELETE' && path.includes('/virtualservices/'),
      effect: { kind: 'answer', status: 500, reason: 'InternalError' },
    });
    const { code, err } = await withdraw('--routes', ALL);
    expect(code).toBe(1);
    expect(err).toContain('error GL5008: Cannot delete VirtualService shop/a-graylane: by the test.');
    expect(await madeIn(cluster.admin)).toEqual(MADE.filter((made) => !/^(HTTPRoute|Ingress|ApisixRoute) /.test(made)));
  });

  test('says what is missing to whoever may not', async () => {
    const stranger = await cluster.kubeconfig('stranger');
    const ended = await graylane(['withdraw', '--routes', 'istio', '--force', '--kubeconfig', stranger]);
    expect([ended.code, ended.out]).toEqual([1, '']);
    expect(ended.err).toMatch(/^error GL5005: Cannot list \w+\.networking\.istio\.io: .+forbidden/);
  });

  describe('while there is a Lease', () => {
    const lease = async (spec: object): Promise<void> => {
      await cluster.apply([{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: LEASE, spec }]);
    };
    afterEach(() => cluster.admin.request({ method: 'DELETE', path: LEASE_PATH }));

    /** As an agent does that leads. */
    const renew = (): Promise<void> =>
      lease({ holderIdentity: 'agent-1', leaseDurationSeconds: 15, renewTime: microTime(Date.now()) });

    /** Resolves when no renewal is on its way any more, which would race with the Lease's end. */
    const renewUntil = async (signal: AbortSignal): Promise<void> => {
      for await (const _ of setInterval(200)) {
        if (signal.aborted) return;
        await renew();
      }
    };

    test('that an agent renews, it does nothing, until that is forced', async () => {
      await renew();
      const ended = new AbortController();
      const renewals = renewUntil(ended.signal);
      try {
        expect(await withdraw('--routes', ALL)).toEqual({
          code: 1,
          out: '',
          err: expect.stringMatching(
            /^error GL5010: Agent agent-1 holds Lease higress-system\/graylane\. Stop the agents first, /,
          ),
        });
        expect(await madeIn(cluster.admin)).toEqual(MADE);
        expect((await withdraw('--routes', ALL, '--force')).code).toBe(0);
        expect(await madeIn(cluster.admin)).toEqual([]);
      } finally {
        ended.abort();
        await renewals;
      }
    });

    test('that nobody renews any more, it goes on when that has run out', async () => {
      await lease({ holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: microTime(Date.now()) });
      expect((await withdraw('--routes', ALL)).code).toBe(0);
    });

    test('that the last agent gave back, it goes on', async () => {
      await lease({ holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(Date.now()) });
      expect((await withdraw('--routes', ALL)).code).toBe(0);
    });

    test('of another name, it takes no notice of the usual one', async () => {
      await lease({ holderIdentity: 'dead', leaseDurationSeconds: 3600, renewTime: microTime(Date.now()) });
      expect((await withdraw('--routes', ALL, '--lease', 'shop/other')).code).toBe(0);
    });
  });
});

describe.skipIf(!HAS_CLUSTER)('on a cluster that serves none of these kinds', () => {
  test('graylane withdraw skips them, and empties the WasmPlugin of Istio', async () => {
    const cluster = await startCluster({ server: 'apiextensions-apiserver' });
    try {
      const plugin = new PluginObject(cluster, ISTIO);
      await plugin.create();
      await plugin.patchConfig(configFor('100'), 'graylane');
      const words = [
        '--target',
        'istio',
        '--routes',
        ALL,
        '--force-conflicts',
        '--kubeconfig',
        await cluster.kubeconfig(),
      ];
      expect(await graylane(['withdraw', ...words])).toEqual({
        code: 0,
        out: 'istio:istio-system/graylane: 1 rule taken out\n',
        err: 'note: there is no route of graylane to delete\n',
      });
      expect(at(await plugin.config(), 'rules')).toEqual([]);
    } finally {
      await cluster.stop();
    }
  });
});

/** A certificate does not get through a proxy that ends TLS; a token does. */
function mayEverything(user: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  };
}
