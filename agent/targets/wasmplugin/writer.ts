import { ApiError, type ApiServer } from '../../kubernetes/api-server.ts';
import { apiVersionOf, objectPath } from '../../kubernetes/resource.ts';
import type { PluginConfig } from '../../model/plugin-config.ts';
import type { Flavour } from './flavour.ts';
import { FIELD_MANAGER, type Live, liveOf, STATUS_MANAGER } from './live.ts';
import type { PluginRef } from './reasons.ts';
import type { PluginStatus } from './status.ts';

/** For each request, in milliseconds. */
const TIMEOUT_MS = 5000;

export interface WriterOptions extends PluginRef {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  /** Takes fields from other field managers. */
  readonly forceConflicts: boolean;
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
      const object = await api.request({ method: 'GET', path: this.#path(), timeoutMs: TIMEOUT_MS, signal });
      return liveOf(object, flavour);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The WasmPlugin after its configuration was applied. */
  config(config: PluginConfig, uid: string, signal: AbortSignal): Promise<Live> {
    return this.#apply(FIELD_MANAGER, undefined, { spec: { [this.#options.flavour.field]: config } }, uid, signal);
  }

  /** The WasmPlugin after its status was applied. The status knows no uid: it may be another WasmPlugin of that name. */
  status(status: PluginStatus, uid: string, signal: AbortSignal): Promise<Live> {
    return this.#apply(STATUS_MANAGER, 'status', { status }, uid, signal);
  }

  async #apply(
    fieldManager: string,
    subresource: 'status' | undefined,
    fields: Readonly<Record<string, unknown>>,
    uid: string,
    signal: AbortSignal,
  ): Promise<Live> {
    const { api, flavour, namespace, name, forceConflicts } = this.#options;
    const { resource } = flavour;
    const path = this.#path(subresource);
    const answer = await api.request({
      method: 'PATCH',
      path,
      query: { fieldManager, ...(forceConflicts && { force: true }) },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { namespace, name, uid }, ...fields },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const live = liveOf(answer, flavour);
    if (live === undefined) throw new ApiError(`PATCH ${path}: the answer is no ${resource.kind}`, { body: answer });
    return live;
  }

  #path(subresource?: string): string {
    const { flavour, namespace, name } = this.#options;
    return objectPath(flavour.resource, namespace, name, subresource);
  }
}
