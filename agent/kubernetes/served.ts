import type { ApiServer } from './api-server.ts';
import { servedResources } from './discovery.ts';
import { type Resource, type Versions, versionPath } from './resource.ts';

/** What an API server serves, asked for once. */
export class ServedVersions {
  readonly #api: ApiServer;
  readonly #answers = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /** The best version of a kind that is served; undefined when none is. Rejects with an ApiError when the server does not say. */
  async best(versions: Versions): Promise<Resource | undefined> {
    for (const version of versions) {
      const path = versionPath(version);
      const answer = this.#answers.get(path) ?? servedResources(this.#api, version);
      this.#answers.set(path, answer);
      if ((await answer).has(version.plural)) return version;
    }
    return undefined;
  }
}
