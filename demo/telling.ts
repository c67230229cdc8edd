import { type Check, verify, type WrongAnswer } from './check.ts';
import { Crowd, type Member } from './crowd.ts';
import { type Address, commandLine } from './curl.ts';
import { shortened } from './kruise/pace.ts';
import { type Cluster, play } from './kruise/player.ts';
import { entriesOf } from './kruise/recording.ts';
import { Narration } from './narration.ts';
import { Rush, rushLines } from './rush.ts';
import { ANSWER, FORGER, SOMEBODY, STORY, type Step, USER_100 } from './story.ts';
import type { Terminal } from './terminal.ts';

/** What the story is told with. */
export interface Stage {
  readonly cluster: Cluster;
  readonly address: Address;
  readonly terminal: Terminal;
}

export interface Telling {
  /** Lines of the recording. */
  readonly recording: readonly string[];
  /** How many times faster the recording's long waits pass. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

export interface Summary {
  /** Requests whose answers were compared with the only right one. */
  readonly checked: number;
  /** Requests sent while things changed. */
  readonly meanwhile: number;
}

/** Those who go on asking while the story unfolds. */
const CROWD: readonly Member[] = [
  { who: 'user 100', curl: USER_100, mayMeetGray: true, shape: ANSWER },
  { who: 'a client without a user id', curl: SOMEBODY, mayMeetGray: false, shape: ANSWER },
  { who: 'a client that sends the tag itself', curl: FORGER, mayMeetGray: false, shape: ANSWER },
];

/** Plays all steps and checks every answer. Rejects with WrongAnswer at the first wrong one. */
export async function tellStory(stage: Stage, telling: Telling): Promise<Summary> {
  const narration = new Narration();
  let checked = 0;
  let crowd: Crowd | undefined;
  let complain: (error: WrongAnswer) => void = () => undefined;
  const complaint = new Promise<never>((_resolve, reject) => {
    complain = reject;
  });
  try {
    let before: readonly Check[] = [];
    for (const step of STORY) {
      const rush = step.isMeasured && crowd !== undefined ? new Rush(before, step.checks) : undefined;
      checked += await Promise.race([playStep({ step, rush, crowd }, stage, telling, narration), complaint]);
      before = step.checks;
      // Before the first step has been played there is nothing that could answer.
      crowd ??= new Crowd(CROWD, stage.address, complain);
    }
  } finally {
    await crowd?.close();
  }
  return { checked, meanwhile: crowd?.answers ?? 0 };
}

/** A step, and those who ask at full speed while it is played. */
interface Scene {
  readonly step: Step;
  readonly rush: Rush | undefined;
  readonly crowd: Crowd | undefined;
}

async function playStep(
  { step, rush, crowd }: Scene,
  stage: Stage,
  telling: Telling,
  narration: Narration,
): Promise<number> {
  const { cluster, address, terminal } = stage;
  const { recording, speed, signal } = telling;
  terminal.title(step.title);
  if (rush !== undefined) crowd?.observe(rush.switches);
  const firstMs = performance.now();
  terminal.passing('the recording goes on');
  await play(entriesOf(recording, step.cut), {
    cluster,
    pace: (waitMs) => shortened(waitMs, speed),
    onEntry: (entry) => {
      const happening = narration.tell(entry);
      if (happening === undefined) return;
      terminal.happening(happening);
      terminal.passing('the recording goes on');
    },
    signal,
  });
  const lastMs = performance.now();
  let checked = 0;
  for (const check of step.checks) {
    const verdict = await verify(check, address, signal);
    terminal.verdict(commandLine(check.curl, address), verdict);
    checked += verdict.times;
  }
  crowd?.observe(new Map());
  for (const line of rush === undefined ? [] : rushLines(rush.report({ firstMs, lastMs }))) terminal.note(line);
  return checked;
}
