import type { Header } from './header-map.ts';
import type { Caller } from './host.ts';
import { StreamContext } from './stream-context.ts';
import type { Vm } from './vm.ts';

/** By what a module knows which plugin it is. */
export interface PluginIdentity {
  readonly name: string;
  readonly rootId: string;
}

/** A request as the gateway hands it to its plugins. */
export interface Request {
  /** `:method`, `:authority`, `:path` and `:scheme` among them. */
  readonly headers: readonly Header[];
  /** What the gateway knows besides, by paths such as `source.address` or `route_name`; values are bytes (see text.ts). */
  readonly properties?: Readonly<Record<string, string>>;
}

/** What has become of a request. */
export interface Answered {
  readonly headers: readonly Header[];
  /** What proxy_on_request_headers returned: 0 continue, 1 stop. */
  readonly action: number;
}

/** A plugin in a VM: one configuration in force, for all streams that begin while it is the newest. */
export class RootContext implements Caller {
  readonly id: number;
  readonly identity: PluginIdentity;
  readonly headers = undefined;
  readonly #vm: Vm;
  #configuration: Uint8Array | undefined;
  #openStreams = 0;
  #isClosing = false;

  /** Creates the context in the VM. Throws VmFailed. */
  constructor(vm: Vm, identity: PluginIdentity) {
    this.#vm = vm;
    this.identity = identity;
    this.id = vm.nextId();
    vm.call(this, 'proxy_on_context_create', this.id, 0);
    vm.call(this, 'proxy_on_vm_start', this.id, 0);
  }

  get configuration(): Uint8Array | undefined {
    return this.#configuration;
  }

  property(path: string): string | undefined {
    if (path === 'plugin_name') return this.identity.name;
    if (path === 'plugin_root_id') return this.identity.rootId;
    return path === 'plugin_vm_id' ? '' : undefined;
  }

  /**
   * Puts a configuration in force.
   *
   * @returns what the module says to it; true when it does not care to be asked
   * @throws VmFailed
   */
  configure(configuration: Uint8Array | string): boolean {
    this.#configuration = typeof configuration === 'string' ? Buffer.from(configuration) : configuration;
    try {
      return this.#vm.call(this, 'proxy_on_configure', this.id, this.#configuration.length) !== 0;
    } finally {
      this.#configuration = undefined;
    }
  }

  /**
   * Updates the plugin as Envoy does: a new context is created and configured, and only then is this one closed.
   *
   * @returns the new one; this one, which stays, when the module says no
   */
  update(configuration: Uint8Array | string): RootContext {
    const next = this.#vm.root(this.identity);
    if (!next.configure(configuration)) return this;
    this.close();
    return next;
  }

  /** A new stream, which keeps this context however it ends. */
  stream(): StreamContext {
    this.#openStreams += 1;
    return new StreamContext(this.#vm, this);
  }

  /** A whole stream with this request: what it becomes. Throws VmFailed. */
  request(request: Request): Answered {
    const stream = this.stream();
    const action = stream.requestHeaders(request);
    const headers = stream.requestHeaderMap.entries();
    stream.close();
    return { headers, action };
  }

  /** Ends the context, as soon as its last stream has ended. */
  close(): void {
    this.#isClosing = true;
    this.#end();
  }

  /** Tells that a stream has ended. */
  streamEnded(): void {
    this.#openStreams -= 1;
    if (this.#isClosing) this.#end();
  }

  #end(): void {
    if (this.#openStreams > 0) return;
    this.#vm.call(this, 'proxy_on_done', this.id);
    this.#vm.call(this, 'proxy_on_delete', this.id);
  }
}
