import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Arguments } from '../../agent/commands/arguments.ts';
import { routeFormatsOf, waitOf } from '../../agent/commands/route-options.ts';
import { run } from '../../agent/commands/run.ts';
import { version } from '../../agent/commands/version.ts';
import { withdraw } from '../../agent/commands/withdraw.ts';
import { READ_RESOURCES } from '../../agent/kubernetes/resource.ts';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import { ROUTE_FORMATS, type RouteFormat } from '../../agent/targets/routes/formats.ts';
import { objectsOf } from '../cluster/manifests.ts';
import { Page } from '../docs/page.ts';
import { describeWithKubeTools, helm } from './kube-tools.ts';
import { CHART, isHook, NEEDED, rendered, renderedText } from './rendered.ts';

const folder = fileURLToPath(new URL('testdata/', import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.values.yaml'))
  .map((file) => file.slice(0, -'.values.yaml'.length))
  .sort();

const textOf = (name: string): string => readFileSync(`${folder}${name}.values.yaml`, 'utf8');
const chartFile = (name: string): unknown => parse(readFileSync(`${CHART}/${name}`, 'utf8'));

/** The words after `helm install` and `helm upgrade` in docs/install.md, with a registry in place of `$REGISTRY`. */
function documentedInstallations(): readonly string[] {
  const { text } = new Page('install.md');
  const commands = text.replaceAll('\\\n', ' ').matchAll(/^helm (?:install|upgrade) (.*)$/gm);
  return [...commands].map(([, words = '']) => {
    const plain = words
      .replaceAll('$REGISTRY', 'example.com')
      .replaceAll("'", '')
      .replace('--reset-then-reuse-values', '');
    const needed = plain.includes('wasmPlugin.url') ? '' : ' --set wasmPlugin.url=oci://example.com/p:1';
    return `${plain}${needed}`.replace(/ +/g, ' ').trim();
  });
}

/** What helm says instead of rendering the chart with these values. */
async function refusal(values: object): Promise<string> {
  return renderedText(values).then(
    () => 'rendered',
    (error: unknown) => String(error),
  );
}

describeWithKubeTools('the chart', () => {
  test.each(cases.map((name) => [name, /^# (.*)/.exec(textOf(name))?.[1] ?? name]))('%s: %s', async (name) => {
    const kubeVersion = /^# kube-version: (.*)$/m.exec(textOf(name))?.[1];
    const output = await renderedText(parse(textOf(name)), kubeVersion === undefined ? {} : { kubeVersion });
    const expected = `${folder}${name}.out.yaml`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, output);
    expect(output).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '');
  });

  test('passes helm lint --strict', async () => {
    const { code, out, err } = await helm('lint', '--strict', CHART, '--set', 'wasmPlugin.url=oci://example.com/p:1');
    expect({ code, failures: (out + err).match(/\[(ERROR|WARNING)\].*/g) }).toEqual({ code: 0, failures: null });
  });

  test.each(documentedInstallations())('renders as docs/install.md has it installed: %s', async (words) => {
    const { code, err } = await helm('template', ...words.split(' ').filter((word) => word !== '…'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('is of the version of graylane', () => {
    const chart = chartFile('Chart.yaml');
    expect([at(chart, 'version'), at(chart, 'appVersion')]).toEqual([version(), version()]);
  });

  test.each(['', 'sha256:'])('takes a checksum that begins with %j', async (prefix) => {
    const digest = 'ab'.repeat(32);
    const words = ['--set', 'image.repository=x', '--set', 'wasmPlugin.url=oci://r/p:1', '--set'];
    const { code, out } = await helm(
      'template',
      'g',
      'manifests/helm/graylane',
      ...words,
      `wasmPlugin.sha256=${prefix}${digest}`,
    );
    expect(code).toBe(0);
    expect(out).toContain(`sha256: "${digest}"`);
  });

  test('says what is missing when nobody says where the plugin is', async () => {
    expect(await refusal({})).toContain('wasmPlugin.url is needed');
  });

  test.each([
    ['a key that does not exist', { ...NEEDED, watchNamespace: ['shop'] }, 'watchNamespace'],
    ['a key that does not exist further in', { wasmPlugin: { ...NEEDED.wasmPlugin, priorty: 1 } }, 'priorty'],
    ['a target that does not exist', { ...NEEDED, target: 'nginx' }, '/target'],
    ['a text in place of a number', { ...NEEDED, replicas: '2' }, '/replicas'],
    ['an address that is none', { wasmPlugin: { url: 'plugin.wasm' } }, '/wasmPlugin/url'],
    ['a checksum that is none', { wasmPlugin: { ...NEEDED.wasmPlugin, sha256: 'sha256:12' } }, '/wasmPlugin/sha256'],
    [
      'a strategy that Higress lacks',
      { wasmPlugin: { ...NEEDED.wasmPlugin, failStrategy: 'FAIL_RELOAD' } },
      '/failStrategy',
    ],
    ['routes of a kind that does not exist', { ...NEEDED, routes: ['kong'] }, '/routes/0'],
    ['root as the user', { ...NEEDED, runAsUser: 0 }, '/runAsUser'],
  ])('refuses %s, and names it', async (_, values, named) => {
    expect(await refusal(values)).toContain(named);
  });

  test('accepts the values that helm adds when it is part of another chart', async () => {
    expect(await refusal({ ...NEEDED, global: { imageRegistry: 'example.com' } })).toBe('rendered');
  });

  test('never renders a configuration of the plugin, which is the agent’s', async () => {
    for (const target of ['higress', 'istio']) {
      const plugins = (await rendered({ ...NEEDED, target })).filter(({ kind }) => kind === 'WasmPlugin');
      expect(plugins.map(({ apiVersion }) => apiVersion)).toEqual([`extensions.${target}.io/v1alpha1`]);
      for (const field of ['defaultConfig', 'pluginConfig', 'matchRules', 'defaultConfigDisable']) {
        expect(at(plugins[0], 'spec', field)).toBeUndefined();
      }
    }
  });

  test.each(cases)(
    'in the case %s, the command understands the words that the Deployment starts it with',
    async (name) => {
      const values: unknown = parse(textOf(name));
      const deployment = (await rendered(values as object)).find(({ kind }) => kind === 'Deployment');
      const words = listAt(deployment, 'spec', 'template', 'spec', 'containers', 0, 'args').map(String);
      const own = words.filter((word) => word !== '--some-option');
      expect(own[0]).toBe('run');
      const given = Arguments.parse(run.usage, own.slice(1));
      expect([given.need('target'), given.text('kubeconfig')]).toEqual([
        at(values, 'target') ?? 'higress',
        'in-cluster',
      ]);
      expect(routeFormatsOf(given)).toHaveLength(listAt(values, 'routes').length);
      expect(waitOf(given, 'routes-wait')).toBe(Number(at(values, 'routesWait') ?? 10) * 1000);
      expect(given.text('object')).toMatch(/^[a-z-]+\/[a-z-]+$/);
    },
  );

  test('meets the restricted pod security standard, also when it is uninstalled', async () => {
    const objects = await rendered({ ...NEEDED, routes: ['istio'] });
    const pods = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
    expect(pods.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Job']);
    for (const pod of pods.map((object) => at(object, 'spec', 'template', 'spec'))) {
      expect(pod).toMatchObject({
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes', 'initContainers']) {
        expect(at(pod, field)).toBeUndefined();
      }
      expect(listAt(pod, 'containers').map((container) => at(container, 'securityContext'))).toEqual([
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      ]);
    }
  });

  test('without routes nothing runs when it is uninstalled', async () => {
    expect((await rendered()).filter(isHook)).toEqual([]);
  });

  test('with routes what runs when it is uninstalled is made after all else, rights before the Job, and removed', async () => {
    const hooks = (await rendered({ ...NEEDED, routes: ['istio'], networkPolicy: { enabled: true } })).filter(isHook);
    const annotation = (object: object, name: string): unknown => at(object, 'metadata', 'annotations', name);
    expect(new Set(hooks.map((hook) => annotation(hook, 'helm.sh/hook')))).toEqual(new Set(['post-delete']));
    expect(new Set(hooks.map((hook) => annotation(hook, 'helm.sh/hook-delete-policy')))).toEqual(
      new Set(['before-hook-creation,hook-succeeded']),
    );
    const inOrder = [...hooks].sort(
      (a, b) => Number(annotation(a, 'helm.sh/hook-weight')) - Number(annotation(b, 'helm.sh/hook-weight')),
    );
    expect([...new Set(inOrder.map(({ kind }) => kind.replace('Cluster', '')))]).toEqual([
      'ServiceAccount',
      'Role',
      'NetworkPolicy',
      'RoleBinding',
      'Job',
    ]);
  });

  test.each(cases)(
    'in the case %s, the command understands the words that take all back, which are about the same objects',
    async (name) => {
      const values: unknown = parse(textOf(name));
      const objects = await rendered(values as object);
      const [wordsOfJob, wordsOfAgent] = ['Job', 'Deployment'].map((kind) =>
        listAt(
          objects.find((object) => object.kind === kind),
          ...['spec', 'template', 'spec', 'containers', 0, 'args'],
        ).map(String),
      );
      const isTakenBack = listAt(values, 'routes').length > 0 && at(values, 'withdrawJob') !== false;
      expect(wordsOfJob?.[0]).toBe(isTakenBack ? 'withdraw' : undefined);
      if (wordsOfJob?.[0] === undefined || wordsOfAgent === undefined) return;
      const given = Arguments.parse(withdraw.usage, wordsOfJob.slice(1));
      const agent = Arguments.parse(run.usage, wordsOfAgent.filter((word) => word !== '--some-option').slice(1));
      for (const option of ['kubeconfig', 'target', 'object', 'lease', 'watch-namespaces', 'routes']) {
        expect(given.text(option)).toBe(agent.text(option));
      }
      expect(given.flag('force-conflicts')).toBe(agent.flag('force-conflicts'));
      expect(waitOf(given, 'wait')).toBe(waitOf(agent, 'routes-wait'));
    },
  );

  test('with several namespaces it asks for no right in the cluster', async () => {
    const values = { ...NEEDED, watchNamespaces: ['shop', 'payment'], routes: ['istio', 'gateway-api'] };
    const kinds = (await rendered(values)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('Cluster'))).toEqual([]);
  });

  test('the agent may never read Secrets or ConfigMaps, and changes only its WasmPlugin, its Lease, events and the routes that are asked for', async () => {
    const roles = (await rendered(parse(textOf('everything')))).filter(
      (object) => object.kind.endsWith('Role') && !object.metadata.name.endsWith('-operator') && !isHook(object),
    );
    const rules = roles.flatMap((role) => listAt(role, 'rules'));
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.flatMap((rule) => listAt(rule, 'resources'))).not.toContain('secrets');
    expect(rules.flatMap((rule) => listAt(rule, 'resources'))).not.toContain('configmaps');
    const words = rules.flatMap((rule) => [...listAt(rule, 'verbs'), ...listAt(rule, 'resources')]);
    expect(words.filter((word) => String(word).includes('*'))).toEqual([]);
    const reading = new Set<unknown>(['get', 'list', 'watch']);
    const writing = rules
      .filter((rule) => listAt(rule, 'verbs').some((verb) => !reading.has(verb)))
      .map((rule) => [listAt(rule, 'resources'), listAt(rule, 'resourceNames'), listAt(rule, 'verbs')]);
    expect(writing).toEqual(
      expect.arrayContaining([
        [['events'], [], ['create', 'patch']],
        [['leases'], [], ['create']],
        [['leases'], ['lanes-leader'], ['get', 'update', 'patch']],
        [['wasmplugins', 'wasmplugins/status'], ['front-lanes'], ['patch']],
        [['destinationrules', 'virtualservices'], [], ['get', 'list', 'watch', 'create', 'patch', 'delete']],
      ]),
    );
    expect(writing).toHaveLength(5);
  });

  test.each(Object.entries<RouteFormat>(ROUTE_FORMATS))(
    'for routes of the kind %s the agent gets rights to the kinds that it writes and reads then, and to no other',
    async (name, { reads, writes }) => {
      const objects = await rendered({ ...NEEDED, routes: [name], watchNamespaces: ['shop'] });
      const without = await rendered({ ...NEEDED, watchNamespaces: ['shop'] });
      const known = new Set(without.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
      const roles = objects.filter(
        (object) =>
          object.kind.endsWith('Role') && !known.has(`${object.kind} ${object.metadata.name}`) && !isHook(object),
      );
      const given = roles.flatMap((role) =>
        listAt(role, 'rules').flatMap((rule) =>
          listAt(rule, 'resources').map(
            (plural) => `${role.kind} ${listAt(rule, 'apiGroups').join()}/${plural}: ${listAt(rule, 'verbs').join()}`,
          ),
        ),
      );
      const written = writes.map(
        ([{ group, plural }]) => `Role ${group}/${plural}: get,list,watch,create,patch,delete`,
      );
      const read = reads
        .filter((versions) => !writes.includes(versions))
        .map(([{ group, plural, isClusterWide }]) => {
          return `${isClusterWide ? 'ClusterRole' : 'Role'} ${group}/${plural}: get,list,watch`;
        });
      expect(given.sort()).toEqual([...written, ...read].sort());
    },
  );

  test('the agent may read what it reads, and nothing else', async () => {
    const reader = (await rendered()).find(({ metadata }) => metadata.name.endsWith('-reader'));
    const allowed = listAt(reader, 'rules')
      .filter((rule) => listAt(rule, 'verbs').join() === 'get,list,watch')
      .flatMap((rule) => listAt(rule, 'resources').map((plural) => `${listAt(rule, 'apiGroups').join()}/${plural}`));
    expect([...allowed].sort()).toEqual(READ_RESOURCES.map(([{ group, plural }]) => `${group}/${plural}`).sort());
  });

  test('rights to approve, pause and roll back are for people that the values name, and never for the agent', async () => {
    const operations = { approve: true, pause: true, rollback: true, subjects: [{ kind: 'User', name: 'jane' }] };
    const objects = await rendered({ ...NEEDED, rbac: { operations } });
    const bound = objects.filter((object) => textAt(object, 'roleRef', 'name')?.endsWith('-operator') === true);
    expect(bound.map((object) => listAt(object, 'subjects'))).toEqual([[{ kind: 'User', name: 'jane' }]]);
    const none = { ...NEEDED, rbac: { operations: { approve: false } } };
    expect((await rendered(none)).some(({ metadata }) => metadata.name.endsWith('-operator'))).toBe(false);
  });
});

test('the schema of the values knows every key of values.yaml, and no other', () => {
  const inValues = keysOf(chartFile('values.yaml'));
  expect(keysOfSchema(chartFile('values.schema.json')).filter((key) => key !== 'global')).toEqual(inValues);
});

test('docs/install.md shows how to install and to upgrade', () => {
  expect(documentedInstallations().length).toBeGreaterThanOrEqual(4);
});

test('there are golden cases, and none is left over', () => {
  const outputs = readdirSync(folder).filter((file) => file.endsWith('.out.yaml'));
  expect(outputs.map((file) => file.slice(0, -'.out.yaml'.length)).sort()).toEqual(cases);
  expect(objectsOf(readFileSync(`${folder}default.out.yaml`, 'utf8')).length).toBeGreaterThan(9);
});

/** Paths of all keys, as deep as the chart itself gives the keys their meaning. */
function keysOf(value: unknown, path = ''): readonly string[] {
  if (!isFields(value)) return [];
  return Object.entries(value)
    .flatMap(([name, inner]) => (isFree(path, name) ? [] : [`${path}${name}`, ...keysOf(inner, `${path}${name}.`)]))
    .sort();
}

function keysOfSchema(schema: unknown, path = ''): readonly string[] {
  const properties = at(schema, 'properties');
  if (!isFields(properties)) return [];
  return Object.entries(properties)
    .flatMap(([name, inner]) =>
      isFree(path, name) ? [] : [`${path}${name}`, ...keysOfSchema(inner, `${path}${name}.`)],
    )
    .sort();
}

/** Keys below these are Kubernetes' or the user's own. */
function isFree(path: string, name: string): boolean {
  const parent = path.slice(0, -1);
  return (
    /(^|\.)(labels|selector)$/.test(parent) ||
    (parent === 'resources' && name === 'claims') ||
    /^resources\../.test(parent)
  );
}
