import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../demo/project.ts';
import { benchCompile } from './compile.ts';
import { runParts } from './parts.ts';
import { benchPath } from './path.ts';
import { benchScale } from './scale.ts';

const root = projectRoot();

// Servers end with this process however it ends; their folders go only when it is told to end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await runParts({
  command: 'npm run bench:agent',
  summary: 'Measures the agent on a real API server, which test/cluster/assets builds.',
  rounds: 'changes by each way, in place of the number of the part itself',
  file: 'agent-results.md',
  limitMs: 3_600_000,
  parts: {
    scale: (changes) => {
      execFileSync(process.execPath, [join(root, 'scripts', 'bundle.mjs')], { stdio: 'ignore' });
      return benchScale(changes);
    },
    path: (changes) => benchPath(changes),
    compile: (rounds) => benchCompile(readFileSync(join(root, 'build', 'plugin.wasm')), rounds),
  },
});
