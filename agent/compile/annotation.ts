import { compareText, type Metadata } from '../model/metadata.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';

const PREFIX = 'graylane.io/';

/** Annotations of a Rollout or TrafficRouting by which users ask graylane for something. */
export const ANNOTATION = {
  mode: `${PREFIX}mode`,
  priority: `${PREFIX}priority`,
  scope: `${PREFIX}scope`,
  stickyKey: `${PREFIX}sticky-key`,
} as const;

const KNOWN: ReadonlySet<string> = new Set(Object.values(ANNOTATION));

/** Wishes that graylane does not know, misspelt ones for instance. */
export function unknownWishes({ annotations }: Metadata): readonly Problem[] {
  return Object.keys(annotations)
    .filter((name) => name.startsWith(PREFIX) && !KNOWN.has(name))
    .sort(compareText)
    .map((name) => ({
      path: `metadata.annotations[${name}]`,
      reason: 'UnknownAnnotation',
      what: `There is no annotation ${quoted(name)}`,
    }));
}
