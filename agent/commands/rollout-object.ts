import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure } from '../kubernetes/failure.ts';
import { objectPath, type Resource, ROLLOUT } from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import { decodeMetadata } from '../model/metadata.ts';
import { decodeV1alpha1, decodeV1beta1, type Rollout } from '../model/rollout.ts';
import { withoutRollouts } from '../sources/cluster.ts';
import type { ObjectName } from './cluster.ts';

/** How a command is told which Rollout is meant. */
export const ROLLOUT_ARGUMENT = {
  name: 'ROLLOUT',
  required: true,
  description: 'Its name, or NAMESPACE/NAME.',
} as const;

/** A Rollout at one moment. */
export interface ReadRollout {
  /** As the API server gave it. */
  readonly object: unknown;
  readonly rollout: Rollout;
}

/** One Rollout in a cluster, in the best version that is served. */
export class RolloutObject {
  /** `Rollout shop/a`, as messages have it. */
  readonly title: string;
  /** `shop/a`, as commands take it. */
  readonly word: string;
  readonly namespace: string;
  readonly #api: ApiServer;
  readonly #resource: Resource;
  readonly #name: string;

  private constructor(api: ApiServer, resource: Resource, { namespace, name }: ObjectName) {
    this.word = `${namespace}/${name}`;
    this.title = `Rollout ${this.word}`;
    this.namespace = namespace;
    this.#api = api;
    this.#resource = resource;
    this.#name = name;
  }

  /** Rejects with a GraylaneError where Kruise Rollouts is not installed. Whether there is one of that name, `read` says. */
  static async open(api: ApiServer, name: ObjectName): Promise<RolloutObject> {
    const resource = await new ServedVersions(api).best(ROLLOUT).catch((error: unknown) => {
      throw apiFailure(error, 'ask the cluster what it serves');
    });
    if (resource === undefined) throw withoutRollouts();
    return new RolloutObject(api, resource, name);
  }

  /** Rejects with a GraylaneError when it cannot be read. */
  async read(): Promise<ReadRollout> {
    try {
      return this.#decoded(await this.#api.request({ method: 'GET', path: this.#path() }));
    } catch (error) {
      throw apiFailure(error, `read ${this.title}`);
    }
  }

  /**
   * Changes fields by a merge patch.
   *
   * @param part what the fields belong to; the status has an address and rights of its own
   * @throws ApiError, with status 409 when the patch names another resourceVersion than the one that is there
   */
  async patch(body: object, part: 'spec' | 'status'): Promise<ReadRollout> {
    const path = this.#path(part === 'status' ? 'status' : undefined);
    const contentType = 'application/merge-patch+json';
    return this.#decoded(await this.#api.request({ method: 'PATCH', path, body, contentType }));
  }

  #path(subresource?: string): string {
    return objectPath(this.#resource, this.namespace, this.#name, subresource);
  }

  #decoded(object: unknown): ReadRollout {
    const metadata = decodeMetadata(object);
    if (metadata === undefined) throw new Error(`${this.title} has no name`);
    const decode = this.#resource.version === 'v1beta1' ? decodeV1beta1 : decodeV1alpha1;
    return { object, rollout: decode(object, metadata) };
  }
}
