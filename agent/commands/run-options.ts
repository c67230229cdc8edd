import type { Listening } from '../targets/envoy/bootstrap.ts';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';
import { LOG_OPTIONS } from './log-options.ts';

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

/** What `graylane run` can be told. */
export const RUN_OPTIONS: readonly Option[] = [
  {
    name: 'input',
    short: 'i',
    value: 'DIR|FILE',
    required: true,
    description: 'Manifests, YAML or JSON: a folder with those in it, or a file.',
  },
  {
    name: 'target',
    short: 't',
    value: 'envoy:DIR',
    required: true,
    description: 'Folder for the files of an Envoy, which is started with envoy -c DIR/envoy.json.',
  },
  { name: 'once', description: 'Write once and end.' },
  ...PORTS,
  {
    name: 'address',
    value: 'ADDRESS',
    default: '127.0.0.1',
    description: 'In a new envoy.json: the address on which Envoy listens.',
  },
  ...LOG_OPTIONS,
];

/** Where a new Envoy is to listen. */
export function listeningOf(given: Arguments): Listening {
  return {
    address: given.need('address'),
    outerPort: given.port('outer-port'),
    innerPort: given.port('inner-port'),
    adminPort: given.port('admin-port'),
  };
}
