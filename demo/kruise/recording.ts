import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectRoot } from '../project.ts';
import type { RecordedObject } from './objects.ts';

/** What a person did while the recording was made. */
interface RecordedAction {
  readonly kind: 'action';
  /** Milliseconds since the recording began. */
  readonly t: number;
  readonly text: string;
}

/** What the API server told a watcher. */
interface RecordedEvent {
  readonly kind: 'event';
  readonly t: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: RecordedObject;
}

export type Entry = RecordedAction | RecordedEvent;

/** Which part of a recording is meant, and under which names. */
export interface Cut {
  /** Text of the action it begins with; absent: the beginning. */
  readonly from?: string;
  /** Text of the action before which it ends; absent: the end. */
  readonly until?: string;
  /** Keep only what is about these objects: the objects' names begin with one of these; actions name one of them. */
  readonly only?: readonly string[];
  /** Texts to replace, `[from, to]`, wherever they occur in the entries; `from` and `until` are texts before replacing. */
  readonly rename?: readonly (readonly [string, string])[];
}

/** The entries of a cut. Throws when an action it names is not in the recording. */
export function entriesOf(lines: readonly string[], cut: Cut): readonly Entry[] {
  const begin = cut.from === undefined ? 0 : indexOfAction(lines, cut.from);
  const end = cut.until === undefined ? lines.length : indexOfAction(lines, cut.until);
  return lines
    .slice(begin, end)
    .map((line) => parse(renamed(line, cut.rename ?? [])))
    .filter((entry) => isAbout(entry, cut.only));
}

/** The lines of the recording that the demo plays. */
export function readRecording(name = 'release.jsonl.gz'): readonly string[] {
  const text = gunzipSync(readFileSync(join(projectRoot(), 'demo', 'recordings', name))).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}

function parse(line: string): Entry {
  const entry: Entry = JSON.parse(line);
  return entry;
}

function indexOfAction(lines: readonly string[], text: string): number {
  const index = lines.findIndex((line) => {
    const entry = parse(line);
    return entry.kind === 'action' && entry.text === text;
  });
  if (index < 0) throw new Error(`the recording has no action "${text}"`);
  return index;
}

function renamed(line: string, rename: readonly (readonly [string, string])[]): string {
  return rename.reduce((text, [from, to]) => text.replaceAll(from, to), line);
}

function isAbout(entry: Entry, only: readonly string[] | undefined): boolean {
  if (only === undefined) return true;
  if (entry.kind === 'action') return only.some((name) => entry.text.includes(name));
  return only.some((name) => entry.object.metadata.name.startsWith(name));
}
