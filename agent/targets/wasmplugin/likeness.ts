import { isDeepStrictEqual } from 'node:util';
import { canonical, textAt } from '../../model/json.ts';
import type { PluginConfig } from '../../model/plugin-config.ts';

/** True when both say the same. What is the same is found out in less than half of the time that `canonical` takes. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other) || canonical(one) === canonical(other);
}

/** The same for configurations: most that differ have another revision. */
export function isSameConfig(live: unknown, config: PluginConfig): boolean {
  return textAt(live, 'revision') === config.revision && isSame(live, config);
}
