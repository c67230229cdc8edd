import { keyOf } from '../../model/metadata.ts';
import { quoted } from '../../model/quote.ts';
import type { Backend } from '../inventory.ts';
import { type JsonObject, TYPE } from './discovery.ts';
import type { Tag } from './topology.ts';

/** Where a cluster keeps what is said when it has nobody to answer. */
const NAMESPACE = 'graylane';
const KEY = 'unavailable';

/**
 * What a cluster of gray pods says when none of them can answer. The text has nothing that comes from a request, and is cut:
 * whatever a tag is, Envoy takes it.
 */
export function strictMetadata(backend: Backend, { header, value }: Tag): JsonObject {
  const service = keyOf(backend.metadata);
  const text = `graylane: no gray pod of the service ${service} can answer the tag ${quoted(`${header}: ${value}`)}, and its mode is strict\n`;
  return { filter_metadata: { [NAMESPACE]: { [KEY]: text } } };
}

/**
 * Replaces what Envoy itself answers where a cluster of gray pods has no endpoint or none that can be reached; an answer of a
 * service is never touched. Any 503 counts: whether the pod was gone before the request or during it makes no difference.
 */
export const STRICT_REPLIES: JsonObject = {
  mappers: [
    {
      filter: {
        extension_filter: {
          name: 'envoy.access_loggers.extension_filters.cel',
          typed_config: {
            '@type': TYPE.cel,
            expression: `response.code == 503 && '${NAMESPACE}' in xds.cluster_metadata.filter_metadata`,
          },
        },
      },
      body_format_override: {
        text_format_source: { inline_string: `%METADATA(CLUSTER:${NAMESPACE}:${KEY})%` },
        content_type: 'text/plain; charset=utf-8',
      },
    },
  ],
};
