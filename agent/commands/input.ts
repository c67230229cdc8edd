import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileError } from '../errors.ts';
import { type Manifests, parseManifests, readManifests } from '../sources/directory.ts';

/** The name that means standard input. */
export const STDIN = '-';

/** The manifests of a folder, a file or standard input. */
export async function manifestsFrom(path: string, stdin: Readable): Promise<Manifests> {
  if (path === STDIN) return parseManifests(new TextDecoder().decode(await bytesOf(stdin)), 'standard input');
  try {
    return await readManifests(path);
  } catch (error) {
    throw fileError(error, 'InputUnreadable', path);
  }
}

/** Of a configuration; the plugin takes 16 MiB at most, which YAML may write in a longer way. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The content of a file or of standard input that is no longer than a configuration can be. */
export async function bytesFrom(path: string, stdin: Readable): Promise<Uint8Array> {
  try {
    return await bytesOf(path === STDIN ? stdin : createReadStream(path), MAX_BYTES);
  } catch (error) {
    throw fileError(error, 'InputUnreadable', path);
  }
}

/** How messages name it. */
export function nameOf(path: string): string {
  return path === STDIN ? 'standard input' : path;
}

async function bytesOf(stream: Readable, most = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > most) throw new Error(`it has more than ${most / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
