import { readFileSync } from 'node:fs';
import { textAt } from '../model/json.ts';

/** The version of this graylane, as package.json has it. */
export function version(): string {
  // From the source the file is two folders up, from dist three.
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      const found = textAt(manifest, 'version');
      if (textAt(manifest, 'name') === 'graylane' && found !== undefined) return found;
    } catch {
      // It is at the other place.
    }
  }
  return 'unknown';
}
