import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedObject } from './objects.ts';

/** A folder with one manifest file per object, as `graylane run --input` reads it. */
export class ManifestFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Writes the object's file: complete or not at all, whoever reads meanwhile. */
  async apply(object: RecordedObject): Promise<void> {
    const target = this.#fileOf(object);
    const unfinished = `${target}.unfinished`;
    await writeFile(unfinished, `${JSON.stringify(object, undefined, 2)}\n`);
    await rename(unfinished, target);
  }

  /** Removes the object's file, if there is one. */
  async remove(object: RecordedObject): Promise<void> {
    await rm(this.#fileOf(object), { force: true });
  }

  #fileOf(object: RecordedObject): string {
    return join(this.path, `${object.kind.toLowerCase()}-${object.metadata.name}.json`);
  }
}
