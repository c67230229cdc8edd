import type { Packing } from '../../compile/packing.ts';
import { ApiError, type ApiServer } from '../../kubernetes/api-server.ts';
import { apiVersionOf, objectPath } from '../../kubernetes/resource.ts';
import type { PluginConfig } from '../../model/plugin-config.ts';
import type { Flavour } from './flavour.ts';
import { FIELD_MANAGER, type Live, liveOf, STATUS_MANAGER } from './live.ts';
import type { PluginRef } from './reasons.ts';
import type { PluginStatus } from './status.ts';

/** For each request, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * More for a large configuration, in milliseconds for a byte, so 10 s for 1 MiB: an API server needs half a second of CPU for
 * that, and one that is given up too early begins again.
 */
const TIMEOUT_MS_PER_BYTE = 0.01;

export interface WriterOptions extends PluginRef {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  readonly packing: Packing;
  /** Takes fields from other field managers. */
  readonly forceConflicts: boolean;
}

/** A configuration, and as JSON, which is not written a second time: it may have a megabyte. */
interface Wanted {
  readonly config: PluginConfig;
  readonly json: Buffer;
}

/** Of which WasmPlugin, and until when it is wanted. */
interface Writing {
  readonly uid: string;
  readonly signal: AbortSignal;
}

interface Applying extends Writing {
  readonly fieldManager: string;
  readonly path: string;
  /** What is applied, as JSON in pieces, and the field in which it is. */
  readonly field: 'spec' | 'status';
  readonly json: readonly (string | Buffer)[];
  readonly timeoutMs: number;
}

/**
 * Applies fields of one WasmPlugin, which must be there already: with a uid in what is applied, an API server creates nothing.
 * All of it rejects with an ApiError.
 */
export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** The WasmPlugin; undefined when there is none. */
  async read(signal: AbortSignal): Promise<Live | undefined> {
    const { api, flavour } = this.#options;
    try {
      const [path, parse] = [this.#path(), this.#parse];
      const object = await api.request({ method: 'GET', path, parse, timeoutMs: TIMEOUT_MS, signal });
      return liveOf(object, flavour);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The WasmPlugin after its configuration was applied. */
  config(config: Wanted, which: Writing): Promise<Live> {
    const { flavour, packing } = this.#options;
    const json = [`{"${flavour.field}":`, packing.packed(config.config, config.json), '}'];
    const timeoutMs = TIMEOUT_MS + Math.ceil(config.json.length * TIMEOUT_MS_PER_BYTE);
    return this.#apply({ fieldManager: FIELD_MANAGER, path: this.#path(), field: 'spec', json, timeoutMs, ...which });
  }

  /** The WasmPlugin after its status was applied. The status knows no uid: it may be another WasmPlugin of that name. */
  status(status: PluginStatus, uid: string, signal: AbortSignal): Promise<Live> {
    const path = this.#path('status');
    return this.#apply({
      fieldManager: STATUS_MANAGER,
      path,
      field: 'status',
      json: [JSON.stringify(status)],
      timeoutMs: TIMEOUT_MS,
      uid,
      signal,
    });
  }

  async #apply({ fieldManager, path, field, json, timeoutMs, uid, signal }: Applying): Promise<Live> {
    const { api, flavour, namespace, name, forceConflicts } = this.#options;
    const { resource } = flavour;
    const address = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { namespace, name, uid } };
    const answer = await api.request({
      method: 'PATCH',
      path,
      query: { fieldManager, ...(forceConflicts && { force: true }) },
      contentType: 'application/apply-patch+yaml',
      body: bytesOf([JSON.stringify(address).slice(0, -1), `,"${field}":`, ...json, '}']),
      parse: this.#parse,
      timeoutMs,
      signal,
    });
    const live = liveOf(answer, flavour);
    if (live === undefined) throw new ApiError(`PATCH ${path}: the answer is no ${resource.kind}`, { body: answer });
    return live;
  }

  readonly #parse = (answer: Buffer): unknown => this.#options.packing.parse(answer);

  #path(subresource?: string): string {
    const { flavour, namespace, name } = this.#options;
    return objectPath(flavour.resource, namespace, name, subresource);
  }
}

function bytesOf(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}
