import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HttpApiServer } from '../../agent/kubernetes/client.ts';
import { type Resource, ROLLOUT } from '../../agent/kubernetes/resource.ts';

/** A request as it came. */
export interface Asked {
  readonly kind: 'list' | 'watch' | 'versions';
  readonly query: URLSearchParams;
  readonly atMs: number;
}

/** Answers a request in place of the server. */
type Play = (response: ServerResponse, asked: Asked) => void;

interface Stored {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string };
}

interface Change {
  readonly version: number;
  readonly line: string;
}

/**
 * Plays the lists and watches of Rollouts as an API server does, and whatever fault it is told to. That it plays them right is
 * shown by the tests in test/cluster, which do the same with a real server.
 */
export class PlayedApi {
  readonly resource: Resource = ROLLOUT[0];
  readonly path = '/apis/rollouts.kruise.io/v1beta1/rollouts';
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #plays: { readonly kind: Asked['kind']; readonly play: Play }[] = [];
  readonly #objects = new Map<string, Stored>();
  readonly #changes: Change[] = [];
  readonly #watches = new Set<ServerResponse>();
  /** True: watches are told of nothing any more. */
  swallows = false;
  version = 100;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<PlayedApi> {
    const played = new PlayedApi();
    await played.restart();
    return played;
  }

  /** Starts again after `stop`, on the same port. */
  async restart(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  get api(): HttpApiServer {
    return new HttpApiServer({
      server: new URL(`http://127.0.0.1:${this.#port}`),
      credentials: () => Promise.resolve({}),
      renew: () => Promise.resolve(false),
    });
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** How many requests of that kind came. */
  count(kind: Asked['kind']): number {
    return this.asked.filter((asked) => asked.kind === kind).length;
  }

  /** The last request of that kind. */
  last(kind: Asked['kind']): URLSearchParams {
    return this.asked.findLast((asked) => asked.kind === kind)?.query ?? new URLSearchParams();
  }

  /** The next request of that kind is answered by this; several are played one after the other. */
  next(kind: Asked['kind'], play: Play): void {
    this.#plays.push({ kind, play });
  }

  put(name: string, more: object = {}): void {
    const isNew = !this.#objects.has(name);
    this.version += 1;
    const metadata = { name, namespace: 'shop', resourceVersion: `${this.version}` };
    const object = { metadata, ...more };
    this.#objects.set(name, object);
    this.#change(isNew ? 'ADDED' : 'MODIFIED', object);
  }

  remove(name: string): void {
    const object = this.#objects.get(name);
    if (object === undefined) return;
    this.version += 1;
    this.#objects.delete(name);
    this.#change('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: `${this.version}` } });
  }

  /** Writes this to all watches. */
  tell(text: string): void {
    for (const watch of this.#watches) watch.write(text);
  }

  /** Breaks all watches off. */
  cut(): void {
    for (const watch of this.#watches) watch.destroy();
  }

  /** Ends all watches as a server does whose time is up. */
  end(): void {
    for (const watch of this.#watches) watch.end();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #change(type: string, object: Stored): void {
    const typed = { apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', ...object };
    const line = `${JSON.stringify({ type, object: typed })}\n`;
    this.#changes.push({ version: this.version, line });
    if (!this.swallows) this.tell(line);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams: query } = new URL(request.url ?? '', 'http://played');
    const isMetadata = (request.headers.accept ?? '').includes('PartialObjectMetadataList');
    const kind = query.has('watch') ? 'watch' : isMetadata ? 'versions' : 'list';
    const asked: Asked = { kind, query, atMs: performance.now() };
    this.asked.push(asked);
    const index = this.#plays.findIndex((play) => play.kind === kind);
    const [played] = index < 0 ? [] : this.#plays.splice(index, 1);
    if (played !== undefined) played.play(response, asked);
    else if (kind === 'watch') this.watch(response, asked);
    else this.list(response, asked);
  }

  /** Answers as a server in order does. */
  list(response: ServerResponse, { kind, query }: Asked): void {
    const isMetadata = kind === 'versions';
    const all = [...this.#objects.values()];
    const from = Number(query.get('continue') ?? 0);
    const until = query.has('limit') ? from + Number(query.get('limit')) : all.length;
    const typed = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
    const items = all
      .slice(from, until)
      .map((object) => (isMetadata ? { ...typed, metadata: object.metadata } : object));
    reply(response, 200, {
      apiVersion: isMetadata ? 'meta.k8s.io/v1' : 'rollouts.kruise.io/v1beta1',
      kind: isMetadata ? 'PartialObjectMetadataList' : 'RolloutList',
      metadata: { resourceVersion: `${this.version}`, ...(until < all.length && { continue: `${until}` }) },
      items,
    });
  }

  /** Answers as a server in order does. */
  watch(response: ServerResponse, { query }: Asked): void {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const from = Number(query.get('resourceVersion'));
    if (!this.swallows) {
      for (const { version, line } of this.#changes) if (version > from) response.write(line);
    }
    this.#watches.add(response);
    response.once('close', () => this.#watches.delete(response));
  }
}

export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Refuses with a Status object. */
export function refuse(status: number, reason: string, headers: Record<string, string> = {}): Play {
  return (response) =>
    reply(response, status, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason }, headers);
}

/** The line of a watch that ends with a Status object. */
export function errorLine(code: number, reason: string): string {
  return `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, reason, message: reason } })}\n`;
}
