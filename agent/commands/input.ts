import { readFile } from 'node:fs/promises';
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

/** The content of a file or of standard input. */
export async function bytesFrom(path: string, stdin: Readable): Promise<Uint8Array> {
  try {
    return path === STDIN ? await bytesOf(stdin) : await readFile(path);
  } catch (error) {
    throw fileError(error, 'InputUnreadable', path);
  }
}

/** How messages name it. */
export function nameOf(path: string): string {
  return path === STDIN ? 'standard input' : path;
}

async function bytesOf(stdin: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
