import { Document, isScalar, visit } from 'yaml';

/** How a result is written. */
export type Format = 'yaml' | 'json';

/** The value as JSON or YAML text with a line break at its end. */
export function structured(value: unknown, format: Format): string {
  return format === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : yamlOf(value);
}

/**
 * YAML that every reader takes for the same value. Kubernetes reads YAML 1.1 with some of 1.2, so texts that either takes for
 * something else stand in quotes.
 */
function yamlOf(value: unknown): string {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && /^[-+]?0o[0-7]+$/.test(node.value)) {
        node.type = 'QUOTE_DOUBLE';
      }
    },
  });
  return document.toString({ lineWidth: 0, directives: false });
}
