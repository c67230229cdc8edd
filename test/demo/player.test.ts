import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManifestFolder } from '../../demo/kruise/manifests.ts';
import type { RecordedObject } from '../../demo/kruise/objects.ts';
import { shortened } from '../../demo/kruise/pace.ts';
import { play } from '../../demo/kruise/player.ts';
import { entriesOf, readRecording } from '../../demo/kruise/recording.ts';
import { moved } from '../../demo/kruise/rewrite.ts';
import { PLACE } from '../../demo/story.ts';

const entries = entriesOf(readRecording(), {});
const objectsOf = (kind: string): readonly RecordedObject[] =>
  entries.flatMap((entry) => (entry.kind === 'event' && entry.object.kind === kind ? [entry.object] : []));

describe('the pace', () => {
  test('short waits are kept', () => {
    expect(shortened(80, 20)).toBe(80);
  });

  test('of a long wait, what is above a tenth of a second passes faster', () => {
    expect(shortened(2100, 20)).toBe(200);
  });

  test('at speed 1 nothing is shortened', () => {
    expect(shortened(3000, 1)).toBe(3000);
  });

  test('kinds whose watches overtook each other do not wait backwards', () => {
    expect(shortened(-3, 20)).toBe(0);
  });
});

describe('moving to where the story happens', () => {
  test('the Ingress, and the one that Kruise makes from it, serve example.com/a', () => {
    const rules = objectsOf('Ingress').map((object) => moved(object, PLACE));
    expect(rules.length).toBeGreaterThan(1);
    for (const ingress of rules) {
      expect(ingress).toMatchObject({
        metadata: { namespace: 'default' },
        spec: { rules: [{ host: 'example.com', http: { paths: [{ path: '/a', pathType: 'Prefix' }] } }] },
      });
    }
  });

  test('a Service names the port, since each pod of the demo has its own', () => {
    const [service] = objectsOf('Service').map((object) => moved(object, PLACE));
    expect(service).toMatchObject({ spec: { ports: [{ port: 80, targetPort: 'http' }] } });
  });

  test('what the controller wrote into a Rollout stays as it is', () => {
    for (const rollout of objectsOf('Rollout')) {
      const { metadata, ...rest } = moved(rollout, PLACE);
      expect(rest).toEqual({ ...rollout, metadata: undefined });
      expect(metadata).toEqual({ ...rollout.metadata, namespace: 'default' });
    }
  });
});

describe('playing into a folder of manifests', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graylane-player-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('at the end the folder holds the last state of every object that was not deleted', async () => {
    const cluster = new ManifestFolder(folder);
    const signal = new AbortController().signal;
    await play(entries, { cluster, pace: () => 0, onEntry: () => undefined, signal });
    const last = new Map<string, RecordedObject>();
    for (const entry of entries) {
      if (entry.kind !== 'event') continue;
      const key = `${entry.object.kind}/${entry.object.metadata.name}`;
      if (entry.type === 'DELETED') last.delete(key);
      else last.set(key, entry.object);
    }
    const files = (await readdir(folder)).sort();
    const written = await Promise.all(
      files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))),
    );
    expect(new Set(written)).toEqual(new Set(last.values()));
  });

  test('an abort ends it at once', async () => {
    const stop = new AbortController();
    const playing = play(entries, {
      cluster: new ManifestFolder(folder),
      pace: (waitMs) => waitMs,
      onEntry: () => stop.abort(),
      signal: stop.signal,
    });
    await expect(playing).rejects.toThrow('aborted');
    expect((await readdir(folder)).length).toBeLessThan(2);
  });
});
