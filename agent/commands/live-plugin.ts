import { GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure, hasStatus } from '../kubernetes/failure.ts';
import { objectPath, resourceName } from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import { type Flavour, HIGRESS, ISTIO } from '../targets/wasmplugin/flavour.ts';
import { type Live, liveOf } from '../targets/wasmplugin/live.ts';
import type { Arguments } from './arguments.ts';
import type { ObjectName } from './cluster.ts';
import type { Option } from './command.ts';

/** Options that say which WasmPlugin the gateways follow. */
export const LIVE_OPTIONS: readonly Option[] = [
  {
    name: 'target',
    value: 'higress|istio',
    choices: ['higress', 'istio'],
    default: 'higress',
    description: 'Whose WasmPlugin the gateways follow.',
  },
  {
    name: 'object',
    value: 'NAMESPACE/NAME',
    description: 'That WasmPlugin. Default: higress-system/graylane, with --target istio istio-system/graylane.',
  },
];

export const FORCE_CONFLICTS_OPTION: Option = {
  name: 'force-conflicts',
  description: 'Take the configuration of the WasmPlugin from whoever else writes it, in place of reporting that.',
};

export const LEASE_OPTION: Option = {
  name: 'lease',
  value: 'NAMESPACE/NAME',
  description: 'Lease by which one of several agents is elected to write. Default: the name of the WasmPlugin.',
};

/** A WasmPlugin in a cluster. */
export interface PluginAddress {
  readonly flavour: Flavour;
  readonly namespace: string;
  readonly name: string;
}

/** The WasmPlugin that the options name. Throws a GraylaneError when --object is no name of one. */
export function pluginAddressOf(given: Arguments): PluginAddress {
  const flavour = given.need('target') === ISTIO.name ? ISTIO : HIGRESS;
  const [namespace, name] = given.qualifiedName('object', `${flavour.namespace}/graylane`);
  return { flavour, namespace, name };
}

/** The Lease of the agents that write it. Throws a GraylaneError when --lease is no name of one. */
export function leaseNameOf(given: Arguments): ObjectName {
  const { namespace: fallback, name: plugin } = pluginAddressOf(given);
  const [namespace, name] = given.qualifiedName('lease', `${fallback}/${plugin}`);
  return { namespace, name };
}

/** As logs and messages have it: `higress:higress-system/graylane`. */
export function titleOf({ flavour, namespace, name }: PluginAddress): string {
  return `${flavour.name}:${namespace}/${name}`;
}

/** The WasmPlugin as it is now. Rejects with a GraylaneError when there is none, or it cannot be read. */
export async function readLive(api: ApiServer, address: PluginAddress): Promise<Live> {
  const { flavour, namespace, name } = address;
  const { resource } = flavour;
  try {
    const served = await new ServedVersions(api).best([resource]);
    if (served === undefined) {
      throw new GraylaneError('ApiGroupMissing', `The cluster does not serve ${resourceName(resource)}`);
    }
    const live = liveOf(await api.request({ method: 'GET', path: objectPath(served, namespace, name) }), flavour);
    if (live === undefined)
      throw new GraylaneError('ApiRefused', `The answer for ${titleOf(address)} is no WasmPlugin`);
    return live;
  } catch (error) {
    if (!hasStatus(error, 404)) throw apiFailure(error, `read WasmPlugin ${namespace}/${name}`);
    throw new GraylaneError('WasmPluginMissing', `There is no WasmPlugin ${namespace}/${name} of ${resource.group}`);
  }
}
