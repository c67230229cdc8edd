import { runParts } from './parts.ts';
import { benchPath } from './path.ts';

await runParts({
  command: 'npm run bench:agent',
  summary: 'Measures the agent on a real API server, which test/cluster/assets builds.',
  rounds: 'changes by each way, in place of the number of the part itself',
  file: 'agent-results.md',
  limitMs: 3_600_000,
  parts: { path: (rounds) => benchPath(rounds) },
});
