import { HeaderMap } from './header-map.ts';
import type { Caller } from './host.ts';
import type { Request, RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

const NO_PROPERTIES: Readonly<Record<string, string>> = {};
const NO_HEADERS = new HeaderMap([]);

/** One request on its way through a plugin. */
export class StreamContext implements Caller {
  readonly id: number;
  readonly configuration = undefined;
  readonly #vm: Vm;
  readonly #root: RootContext;
  #map = NO_HEADERS;
  #isReadable = false;
  #isCreated = false;
  #isClosed = false;
  #properties = NO_PROPERTIES;

  constructor(vm: Vm, root: RootContext) {
    this.#vm = vm;
    this.#root = root;
    this.id = vm.nextId();
  }

  /** The request's headers as they are now. */
  get requestHeaderMap(): HeaderMap {
    return this.#map;
  }

  /** Headers can be reached only while they are the module's turn. */
  get headers(): HeaderMap | undefined {
    return this.#isReadable ? this.#map : undefined;
  }

  property(path: string): string | undefined {
    return Object.hasOwn(this.#properties, path) ? this.#properties[path] : this.#root.property(path);
  }

  /**
   * The request's headers come: the context is created in the VM and the module called.
   *
   * @returns what the module returns: 0 continue, 1 stop
   * @throws VmFailed
   */
  requestHeaders(request: Request, endOfStream = true): number {
    return this.during(request, 'proxy_on_request_headers', (map) => [this.id, map.size, endOfStream ? 1 : 0]) ?? 0;
  }

  /**
   * Calls an exported function while the request's headers can be read and changed.
   *
   * @returns what it returns; undefined when the module does not export it
   */
  during(request: Request, name: string, values: (map: HeaderMap) => readonly number[]): number | undefined {
    this.#map = new HeaderMap(request.headers);
    this.#properties = request.properties ?? NO_PROPERTIES;
    if (!this.#isCreated) {
      this.#isCreated = true;
      this.#vm.call(this, 'proxy_on_context_create', this.id, this.#root.id);
    }
    this.#isReadable = true;
    try {
      return this.#vm.call(this, name, ...values(this.#map));
    } finally {
      this.#isReadable = false;
    }
  }

  /** Ends the stream. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isCreated) {
      this.#vm.call(this, 'proxy_on_log', this.id);
      this.#vm.call(this, 'proxy_on_done', this.id);
      this.#vm.call(this, 'proxy_on_delete', this.id);
    }
    this.#root.streamEnded();
  }
}
