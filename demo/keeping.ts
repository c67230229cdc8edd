import { verify } from './check.ts';
import { commandLine } from './curl.ts';
import type { Gateway } from './gateway/gateway.ts';
import { shortened } from './kruise/pace.ts';
import { play } from './kruise/player.ts';
import { entriesOf } from './kruise/recording.ts';
import type { Scratch } from './scratch.ts';
import { LASTING } from './story.ts';
import type { Stage, Telling } from './telling.ts';

/** Brings about a release that stays, so that there is something to see, and prints what to try. */
export async function showRemains(
  { cluster, address, terminal }: Stage,
  scratch: Scratch,
  gateway: Gateway,
  { recording, speed, signal }: Telling,
): Promise<void> {
  terminal.title('Left running: the commit of step 6 is in again, C has a gray version');
  terminal.passing('the recording goes on');
  const pace = (waitMs: number): number => shortened(waitMs, speed);
  await play(entriesOf(recording, LASTING.cut), { cluster, pace, onEntry: () => undefined, signal });
  for (const check of LASTING.checks) {
    terminal.verdict(commandLine(check.curl, address), await verify(check, address, signal));
  }
  terminal.line();
  terminal.line('  More to try:');
  terminal.line(
    `    curl -H 'Host: example.com' -H 'x-user-id: 100' -H 'X_MSE_TAG: gray' http://127.0.0.1:${address.port}/a`,
  );
  terminal.line(`    npx graylane compile --input ${scratch.manifests} --output yaml`);
  terminal.line(`    npx graylane explain --input ${scratch.manifests} -H 'x-user-id: 100' http://example.com/a`);
  if (gateway.adminPort !== undefined) {
    terminal.line(`    curl -s http://127.0.0.1:${gateway.adminPort}/stats | grep graylane`);
  }
  terminal.line(`  Change x-user-id in ${scratch.manifests}/rollout-rollout-a.json and ask again.`);
  terminal.line();
  terminal.line('  Ctrl-C ends it.');
}
