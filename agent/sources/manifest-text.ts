import { LineCounter, parseAllDocuments } from 'yaml';
import type { Diagnostic } from '../model/diagnostic.ts';
import { at, isFields, listAt } from '../model/json.ts';
import { diagnose } from '../model/reasons.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** What a source gave: objects that can be compiled, and what is wrong with the rest. */
export interface Manifests {
  readonly objects: readonly KubernetesObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML or JSON with any number of documents and Lists. A document that is no object or cannot be parsed becomes a
 * diagnostic with its line, and the others still count. Never throws.
 *
 * @param file how diagnostics name the text
 */
export function parseManifests(text: string, file: string): Manifests {
  const objects: KubernetesObject[] = [];
  const diagnostics: Diagnostic[] = [];
  const refuse = (line: number, what: string): void =>
    void diagnostics.push(
      diagnose(
        { kind: 'File', namespace: '', name: file },
        { path: `line ${line}`, reason: 'UnreadableManifest', what },
      ),
    );
  const lines = new LineCounter();
  // The byte order mark that some editors write is no part of the text.
  for (const document of parseAllDocuments(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    merge: true,
    logLevel: 'error',
  })) {
    const line = lines.linePos(document.contents?.range?.[0] ?? document.range?.[0] ?? 0).line;
    const [error] = document.errors;
    if (error !== undefined) {
      refuse(error.linePos?.[0].line ?? line, firstLine(error.message));
      continue;
    }
    const value = resolved(document);
    if (value instanceof Error) refuse(line, firstLine(value.message));
    else if (value !== null && value !== undefined) collect(value, (what) => refuse(line, what), objects);
  }
  return { objects, diagnostics };
}

/** Resolving aliases can fail too: a few lines of YAML can stand for billions of values. */
function resolved(document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Puts the objects of a document, which may be a List, into `objects`. */
function collect(value: unknown, refuse: (what: string) => void, objects: KubernetesObject[]): void {
  if (isKubernetesObject(value)) {
    objects.push(value);
  } else if (isList(value)) {
    for (const item of listAt(value, 'items')) collect(item, refuse, objects);
  } else {
    refuse('It is no Kubernetes object: apiVersion, kind and metadata.name are needed');
  }
}

function isList(value: unknown): boolean {
  const kind = at(value, 'kind');
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(at(value, 'items'));
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isFields(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof at(value, 'metadata', 'name') === 'string'
  );
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[.:]?\s*$/, '').replace(/ at line \d+, column \d+$/, '');
}
