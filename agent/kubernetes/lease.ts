import { at, type Fields, integerAt, isFields, textAt } from '../model/json.ts';
import { ApiError, type ApiServer } from './api-server.ts';
import { hasStatus } from './failure.ts';
import { apiVersionOf, collectionPath, objectPath, type Resource } from './resource.ts';

const LEASE: Resource = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', plural: 'leases' };

/** The `spec` of a Lease as leader election uses it, in client-go's words. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holderIdentity: string;
  /** How long the others have to wait after each sign of life; undefined when the Lease does not say. */
  readonly leaseDurationSeconds: number | undefined;
  /** When the holder became the holder, as RFC 3339 with microseconds; undefined when the Lease does not say. */
  readonly acquireTime: string | undefined;
  /** How often it changed hands. */
  readonly leaseTransitions: number;
}

/** A Lease as the API server knows it. */
export interface Lease {
  readonly record: LeaseRecord;
  /** Everything in it, to be handed back when it is replaced. */
  readonly object: Fields;
}

interface Bound {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** One Lease, by get, create and update alone: rights that can be given for its name, but for create. */
export class LeaseObject {
  readonly #api: ApiServer;
  readonly #namespace: string;
  readonly #name: string;
  readonly #wallNow: () => number;

  /** @param wallNow Unix time in milliseconds, for people who read the Lease */
  constructor(api: ApiServer, { namespace, name }: { namespace: string; name: string }, wallNow: () => number) {
    this.#api = api;
    this.#namespace = namespace;
    this.#name = name;
    this.#wallNow = wallNow;
  }

  /** The Lease as it is now, or undefined when there is none. Rejects with an ApiError. */
  async read(bound: Bound): Promise<Lease | undefined> {
    try {
      return leaseOf(
        await this.#api.request({ method: 'GET', path: objectPath(LEASE, this.#namespace, this.#name), ...bound }),
      );
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** Creates it. Rejects with an ApiError, of status 409 when somebody else was faster. */
  async create(record: LeaseRecord, bound: Bound): Promise<Lease> {
    const body = {
      apiVersion: apiVersionOf(LEASE),
      kind: LEASE.kind,
      metadata: { name: this.#name, namespace: this.#namespace },
      spec: this.#spec(record),
    };
    return leaseOf(
      await this.#api.request({ method: 'POST', path: collectionPath(LEASE, this.#namespace), body, ...bound }),
    );
  }

  /** Writes it, labels and all, unless it changed since it was read: then rejects with an ApiError of status 409. */
  async replace({ object }: Lease, record: LeaseRecord, bound: Bound): Promise<Lease> {
    const old = at(object, 'spec');
    const body = { ...object, spec: { ...(isFields(old) ? old : {}), ...this.#spec(record) } };
    return leaseOf(
      await this.#api.request({ method: 'PUT', path: objectPath(LEASE, this.#namespace, this.#name), body, ...bound }),
    );
  }

  #spec(record: LeaseRecord): Fields {
    return { ...record, renewTime: microTime(this.#wallNow()) };
  }
}

/** The time as Kubernetes writes a MicroTime: it takes exactly six digits after the second. */
export function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/Z$/, '000Z');
}

function leaseOf(object: unknown): Lease {
  // Without it, an update would be unconditional: two could hold the Lease at once.
  if (!isFields(object) || textAt(object, 'metadata', 'resourceVersion') === undefined) {
    throw new ApiError('The answer is no Lease', { reason: 'InvalidAnswer' });
  }
  const record = {
    holderIdentity: textAt(object, 'spec', 'holderIdentity') ?? '',
    leaseDurationSeconds: integerAt(object, 'spec', 'leaseDurationSeconds'),
    acquireTime: textAt(object, 'spec', 'acquireTime'),
    leaseTransitions: integerAt(object, 'spec', 'leaseTransitions') ?? 0,
  };
  return { record, object };
}
