/** A kind of object as the API server serves it in one version. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** How it is named in paths, such as `rollouts`. */
  readonly plural: string;
  /** True for what is in no namespace. */
  readonly isClusterWide?: true;
}

export type GroupVersion = Pick<Resource, 'group' | 'version'>;

/** `apiVersion` of its objects. */
export function apiVersionOf({ group, version }: GroupVersion): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `rollouts.rollouts.kruise.io`, or `pods` in the core group: the same for every version, as kubectl writes it. */
export function resourceName({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Path of a group and version, below which its resources are; to be asked for what is served. */
export function versionPath({ group, version }: GroupVersion): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Path of the objects of one namespace, or of all. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const inside = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${versionPath(resource)}${inside}/${resource.plural}`;
}

/** Path of one object. @param subresource such as `status` */
export function objectPath(resource: Resource, namespace: string, name: string, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** One kind in the versions whose fields graylane knows, the best first. */
export type Versions = readonly [Resource, ...Resource[]];

function versions(group: string, kind: string, plural: string, first: string, ...others: readonly string[]): Versions {
  const of = (version: string): Resource => ({ group, version, kind, plural });
  return [of(first), ...others.map(of)];
}

const KRUISE_ROLLOUTS = 'rollouts.kruise.io';
const KRUISE_APPS = 'apps.kruise.io';

export const ROLLOUT = versions(KRUISE_ROLLOUTS, 'Rollout', 'rollouts', 'v1beta1', 'v1alpha1');
export const TRAFFIC_ROUTING = versions(KRUISE_ROLLOUTS, 'TrafficRouting', 'trafficroutings', 'v1alpha1');
const BATCH_RELEASE = versions(KRUISE_ROLLOUTS, 'BatchRelease', 'batchreleases', 'v1beta1', 'v1alpha1');
export const DEPLOYMENT = versions('apps', 'Deployment', 'deployments', 'v1');
export const STATEFUL_SET = versions('apps', 'StatefulSet', 'statefulsets', 'v1');
export const DAEMON_SET = versions('apps', 'DaemonSet', 'daemonsets', 'v1');
export const CLONE_SET = versions(KRUISE_APPS, 'CloneSet', 'clonesets', 'v1alpha1');
export const ADVANCED_STATEFUL_SET = versions(KRUISE_APPS, 'StatefulSet', 'statefulsets', 'v1beta1');
export const ADVANCED_DAEMON_SET = versions(KRUISE_APPS, 'DaemonSet', 'daemonsets', 'v1alpha1');
export const REPLICA_SET = versions('apps', 'ReplicaSet', 'replicasets', 'v1');
export const CONTROLLER_REVISION = versions('apps', 'ControllerRevision', 'controllerrevisions', 'v1');
const POD = versions('', 'Pod', 'pods', 'v1');
export const SERVICE = versions('', 'Service', 'services', 'v1');
export const INGRESS = versions('networking.k8s.io', 'Ingress', 'ingresses', 'v1');
export const HTTP_ROUTE = versions('gateway.networking.k8s.io', 'HTTPRoute', 'httproutes', 'v1', 'v1beta1');
export const VIRTUAL_SERVICE = versions('networking.istio.io', 'VirtualService', 'virtualservices', 'v1');
export const DESTINATION_RULE = versions('networking.istio.io', 'DestinationRule', 'destinationrules', 'v1');
export const APISIX_ROUTE = versions('apisix.apache.org', 'ApisixRoute', 'apisixroutes', 'v2');
export const INGRESS_CLASS: Versions = [
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'IngressClass',
    plural: 'ingressclasses',
    isClusterWide: true,
  },
];

/** Everything that the compiler and the Envoy files look at. */
export const READ_RESOURCES: readonly Versions[] = [
  ROLLOUT,
  TRAFFIC_ROUTING,
  BATCH_RELEASE,
  DEPLOYMENT,
  STATEFUL_SET,
  DAEMON_SET,
  CLONE_SET,
  ADVANCED_STATEFUL_SET,
  ADVANCED_DAEMON_SET,
  POD,
  SERVICE,
  INGRESS,
  HTTP_ROUTE,
];
