import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_RESOURCES, type Resource } from '../../agent/kubernetes/resource.ts';
import { isFields, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';

/** What the fake has and how it misbehaves. */
export interface FakeCluster {
  readonly objects: readonly unknown[];
  /** `group/version` that are not served. */
  readonly absent?: readonly string[];
  /** Answers in place of the right one, by a part of the path. */
  readonly refusals?: Readonly<Record<string, { readonly status: number; readonly message: string }>>;
}

/** An API server that can be read, for tests about texts; whatever the servers themselves decide is tested on real ones. */
export interface FakeApi {
  /** Path of a kubeconfig whose context has the namespace `default`. */
  readonly kubeconfig: string;
  /** Every request so far: `GET /api/v1/pods`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const RESOURCES: readonly Resource[] = [
  ...READ_RESOURCES.flat(),
  { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces' },
  HIGRESS.resource,
  ISTIO.resource,
];

export async function startFakeApi(cluster: FakeCluster): Promise<FakeApi> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(cluster, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const folder = await mkdtemp(join(tmpdir(), 'graylane-fake-'));
  const kubeconfig = await writeKubeconfig(folder, `http://127.0.0.1:${port}`);
  return {
    kubeconfig,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A kubeconfig in that folder for that server, without credentials. */
export async function writeKubeconfig(folder: string, server: string): Promise<string> {
  const path = join(folder, 'kubeconfig');
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'default' } }],
      'current-context': 'x',
    }),
  );
  return path;
}

function answer(cluster: FakeCluster, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(url, 'http://fake');
  const { status, body } = answerTo(cluster, pathname);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function answerTo({ objects, absent = [], refusals = {} }: FakeCluster, pathname: string): Answer {
  const refusal = Object.entries(refusals).find(([part]) => pathname.includes(part))?.[1];
  if (refusal !== undefined) return refused(refusal.status, refusal.message);
  const [, version = '', rest = ''] = /^\/(?:api|apis\/[^/]+)\/([^/]+)(.*)$/.exec(pathname) ?? [];
  const group = /^\/apis\/([^/]+)/.exec(pathname)?.[1] ?? '';
  const isAbsent = absent.includes(`${group}/${version}`);
  const served = RESOURCES.filter((one) => one.group === group && one.version === version && !isAbsent);
  if (served.length === 0) return refused(404, '404 page not found');
  if (rest === '') {
    return {
      status: 200,
      body: { kind: 'APIResourceList', resources: served.map(({ plural }) => ({ name: plural })) },
    };
  }
  const [, namespace, plural, name] = /^(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(rest) ?? [];
  const resource = served.find((one) => one.plural === plural);
  const found = objects.filter((object) => resource !== undefined && isOf(object, resource, namespace));
  if (name === undefined)
    return {
      status: 200,
      body: {
        kind: `${resource?.kind}List`,
        apiVersion: group === '' ? version : `${group}/${version}`,
        metadata: { resourceVersion: '1' },
        items: found.map(bare),
      },
    };
  const object = found.find((one) => textAt(one, 'metadata', 'name') === name);
  return object === undefined ? refused(404, `${plural}.${group} "${name}" not found`) : { status: 200, body: object };
}

function refused(status: number, message: string): Answer {
  return { status, body: { kind: 'Status', message } };
}

function isOf(object: unknown, { group, version, kind }: Resource, namespace: string | undefined): boolean {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (textAt(object, 'apiVersion') !== apiVersion || textAt(object, 'kind') !== kind) return false;
  return namespace === undefined || textAt(object, 'metadata', 'namespace') === namespace;
}

/** Objects in a list do not say what they are. */
function bare(object: unknown): unknown {
  if (!isFields(object)) return object;
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  return { ...rest, metadata: { ...(isFields(metadata) && metadata), resourceVersion: '1' } };
}

/** The items of a List, in a namespace. */
export function itemsIn(namespace: string, list: string): readonly unknown[] {
  return listAt(JSON.parse(list), 'items').map((item) => {
    if (!isFields(item)) return item;
    const metadata = item['metadata'];
    return { ...item, metadata: { ...(isFields(metadata) && metadata), namespace, uid: `uid-${namespace}` } };
  });
}
