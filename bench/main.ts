import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../demo/project.ts';
import { benchCompile } from './compile.ts';
import { benchGateway } from './gateway.ts';
import { runParts } from './parts.ts';
import { benchPlugin } from './plugin.ts';

const plugin = (): Uint8Array => readFileSync(join(projectRoot(), 'build', 'plugin.wasm'));

await runParts({
  command: 'npm run bench',
  summary: 'Measures what graylane costs.',
  rounds: 'rounds of every part that has rounds, in place of its own number',
  file: 'results.md',
  limitMs: 900_000,
  parts: {
    plugin: (rounds) => benchPlugin(plugin(), rounds),
    gateway: (rounds) => benchGateway(plugin(), rounds),
    compile: (rounds) => benchCompile(plugin(), rounds),
  },
});
