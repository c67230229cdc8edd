import { GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure } from '../kubernetes/failure.ts';
import {
  ADVANCED_DAEMON_SET,
  ADVANCED_STATEFUL_SET,
  CLONE_SET,
  CONTROLLER_REVISION,
  DAEMON_SET,
  DEPLOYMENT,
  objectPath,
  REPLICA_SET,
  type Resource,
  resourceName,
  STATEFUL_SET,
} from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import { textsAt } from '../model/json.ts';
import type { Rollout } from '../model/rollout.ts';
import { currentList } from '../sources/current-list.ts';

/** Kinds that Kruise can release and whose revisions are known. */
const KINDS = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CLONE_SET, ADVANCED_STATEFUL_SET, ADVANCED_DAEMON_SET];

/** The workload of a Rollout in a cluster. All of it rejects with a GraylaneError when the API server says no. */
export class WorkloadObject {
  /** `Deployment shop/a`, as messages have it. */
  readonly title: string;
  readonly #api: ApiServer;
  readonly #resource: Resource;
  readonly #namespace: string;
  readonly #name: string;

  private constructor(api: ApiServer, resource: Resource, namespace: string, name: string) {
    this.title = `${resource.kind} ${namespace}/${name}`;
    this.#api = api;
    this.#resource = resource;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** The workload that the Rollout names. */
  static async open(api: ApiServer, rollout: Rollout): Promise<WorkloadObject> {
    const { workload, metadata } = rollout;
    const title = `Rollout ${metadata.namespace}/${metadata.name}`;
    if (workload === undefined) throw new GraylaneError('WorkloadUnsupported', `${title} names no workload`);
    const { group, kind, name } = workload;
    const versions = KINDS.find(([best]) => best.group === group && best.kind === kind);
    if (versions === undefined) {
      throw new GraylaneError(
        'WorkloadUnsupported',
        `${title} names the ${kind} ${name} of ${group || 'the core group'}`,
      );
    }
    const resource = await new ServedVersions(api).best(versions).catch((error: unknown) => {
      throw apiFailure(error, 'ask the cluster what it serves');
    });
    if (resource === undefined) {
      throw new GraylaneError('ApiGroupMissing', `The cluster does not serve ${resourceName(versions[0])}`);
    }
    return new WorkloadObject(api, resource, metadata.namespace, name);
  }

  async read(): Promise<unknown> {
    try {
      return await this.#api.request({ method: 'GET', path: this.#path() });
    } catch (error) {
      throw apiFailure(error, `read ${this.title}`);
    }
  }

  /** The ReplicaSets of a Deployment, the ControllerRevisions of other kinds; some of other workloads may be among them. */
  async revisions(workload: unknown): Promise<readonly unknown[]> {
    const [resource] = this.#resource.kind === 'Deployment' ? REPLICA_SET : CONTROLLER_REVISION;
    const labels = Object.entries(textsAt(workload, 'spec', 'selector', 'matchLabels'));
    // Expressions are left to whoever looks at the owners.
    const labelSelector = labels.map(([name, value]) => `${name}=${value}`).join(',') || undefined;
    try {
      return await currentList(this.#api, resource, { namespace: this.#namespace, labelSelector });
    } catch (error) {
      throw apiFailure(error, `list ${resourceName(resource)} of ${this.title}`);
    }
  }

  /**
   * Changes it by a JSON patch.
   *
   * @param isDryRun true: the API server checks it, webhooks included, and changes nothing
   * @throws ApiError
   */
  async patch(body: readonly object[], isDryRun: boolean): Promise<void> {
    await this.#api.request({
      method: 'PATCH',
      path: this.#path(),
      query: { fieldManager: 'graylane-rollback', ...(isDryRun && { dryRun: 'All' }) },
      contentType: 'application/json-patch+json',
      body,
    });
  }

  #path(): string {
    return objectPath(this.#resource, this.#namespace, this.#name);
  }
}
