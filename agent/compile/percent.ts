import { keyOf, type Metadata } from '../model/metadata.ts';
import type { NamedSource, PercentCondition } from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import { isFieldValue, isToken } from '../model/request-text.ts';
import { ANNOTATION } from './annotation.ts';
import { isTagHeader } from './tag.ts';

/** True for an entry that names a key for its percentages. */
export function hasStickyKey({ annotations }: Metadata): boolean {
  return annotations[ANNOTATION.stickyKey] !== undefined;
}

/**
 * The condition that a share of the requests satisfies, or undefined when the annotation that names the sticky key is wrong.
 * The salt changes with every release, so that it is not always the same users who meet a new version first.
 */
export function percentCondition(
  metadata: Metadata,
  basisPoints: number,
  revision: string | undefined,
  report: (problem: Problem) => void,
): PercentCondition | undefined {
  const salt = `${keyOf(metadata)} ${revision ?? ''}`.trimEnd();
  const annotation = metadata.annotations[ANNOTATION.stickyKey];
  if (annotation === undefined) return { kind: 'percent', basisPoints, salt };
  const key = stickyKey(annotation.trim());
  if (key !== undefined) return { kind: 'percent', basisPoints, salt, key };
  report({
    path: `metadata.annotations[${ANNOTATION.stickyKey}]`,
    reason: 'InvalidStickyKey',
    what: `${quoted(annotation)} names no key`,
  });
  return undefined;
}

function stickyKey(text: string): NamedSource | undefined {
  const [, kind, name = ''] = /^(header|cookie|query):(.+)$/s.exec(text) ?? [];
  if (kind === 'header' && isToken(name)) {
    const folded = name.toLowerCase();
    return folded === 'host' || isTagHeader(folded) ? undefined : { kind, name: folded };
  }
  if (kind === 'cookie' && isToken(name)) return { kind, name };
  if (kind === 'query' && isFieldValue(name)) return { kind, name };
  return undefined;
}
