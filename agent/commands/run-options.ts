import { isIP } from 'node:net';
import { GraylaneError } from '../errors.ts';
import type { Listening } from '../targets/envoy/bootstrap.ts';
import type { Arguments } from './arguments.ts';
import { CONNECTION_OPTIONS } from './cluster.ts';
import type { Option } from './command.ts';
import { FORCE_CONFLICTS_OPTION, LEASE_OPTION } from './live-plugin.ts';
import { LOG_OPTIONS } from './log-options.ts';
import { ROUTE_OPTIONS } from './route-options.ts';

const PORTS: readonly Option[] = [
  ['outer-port', '10000', 'requests from outside'],
  ['inner-port', '10001', 'calls between services'],
  ['admin-port', '9901', 'its administration'],
].map(([name = '', port = '', what = '']) => ({
  name,
  value: 'PORT',
  default: port,
  description: `In a new envoy.json: where Envoy listens for ${what}.`,
}));

/** The namespaces that an agent follows, for commands that go by what it does. */
export const WATCHED_OPTION: Option = {
  name: 'watch-namespaces',
  short: 'n',
  value: 'A,B',
  description: 'The namespaces that the agent follows, when it is told so. Default: all.',
};

/** What `graylane run` can be told. */
export const RUN_OPTIONS: readonly Option[] = [
  {
    name: 'target',
    short: 't',
    value: 'higress|istio|envoy:DIR',
    required: true,
    description:
      'Where the configuration goes: the WasmPlugin of Higress or of Istio, or a folder that an Envoy follows.',
  },
  {
    name: 'input',
    short: 'i',
    value: 'DIR|FILE',
    description: 'Follow manifests, YAML or JSON, in place of a cluster: a folder with those in it, or a file.',
  },
  ...CONNECTION_OPTIONS,
  {
    name: 'watch-namespaces',
    value: 'A,B',
    description: 'Follow the objects of these namespaces. Default: of all.',
  },
  {
    name: 'object',
    value: 'NAMESPACE/NAME',
    description: 'The WasmPlugin. Default: higress-system/graylane, with --target istio istio-system/graylane.',
  },
  FORCE_CONFLICTS_OPTION,
  ...ROUTE_OPTIONS,
  LEASE_OPTION,
  {
    name: 'identity',
    value: 'NAME',
    description: 'How the Lease and events name this agent. Default: the name of the machine.',
  },
  {
    name: 'listen',
    value: 'ADDRESS:PORT',
    description: 'Serve probes, metrics and the API there. Default: nowhere.',
  },
  { name: 'once', description: 'With --input and --target envoy:DIR: write once and end.' },
  ...PORTS,
  {
    name: 'address',
    value: 'ADDRESS',
    default: '127.0.0.1',
    description: 'In a new envoy.json: the address on which Envoy listens.',
  },
  ...LOG_OPTIONS,
];

/** Where a new Envoy is to listen. Throws a GraylaneError for what is no address or port. */
export function listeningOf(given: Arguments): Listening {
  const address = given.need('address');
  if (isIP(address) === 0) throw new GraylaneError('InvalidOption', `--address takes an IP address, not ${address}`);
  const [outerPort, innerPort, adminPort] = [
    given.port('outer-port'),
    given.port('inner-port'),
    given.port('admin-port'),
  ];
  if (new Set([outerPort, innerPort, adminPort]).size < 3) {
    throw new GraylaneError(
      'InvalidOption',
      '--outer-port, --inner-port and --admin-port must be three different ports',
    );
  }
  return { address, outerPort, innerPort, adminPort };
}

/** Where the agent is to listen; undefined: nowhere. Throws a GraylaneError for what is no address. */
export function listenOf(given: Arguments): { readonly host: string; readonly port: number } | undefined {
  const text = given.text('listen');
  if (text === undefined) return undefined;
  const [, v6, host = v6, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port <= 65535) return { host, port };
  throw new GraylaneError('InvalidOption', `--listen takes ADDRESS:PORT such as 127.0.0.1:8080, not ${text}`);
}

/** The namespaces to follow; undefined: all. Throws a GraylaneError for what is no name. */
export function namespacesOf(given: Arguments): readonly string[] | undefined {
  const text = given.text('watch-namespaces');
  if (text === undefined) return undefined;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const wrong = names.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  if (wrong === undefined) return names;
  throw new GraylaneError('InvalidOption', `--watch-namespaces takes names with commas between, not ${text}`);
}
