import { describe, expect, test } from 'vitest';
import { Cleanup } from '../../demo/cleanup.ts';

function recorded(): { readonly ended: string[]; readonly ending: (name: string) => { close: () => void } } {
  const ended: string[] = [];
  return { ended, ending: (name) => ({ close: () => void ended.push(name) }) };
}

describe('the clean-up', () => {
  test('ends the youngest first', async () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    cleanup.add(ending('folder'));
    cleanup.add(ending('child'));
    await cleanup.close();
    expect(ended).toEqual(['child', 'folder']);
  });

  test('goes on when one cannot be ended', async () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    cleanup.add(ending('folder'));
    cleanup.add({ close: () => Promise.reject(new Error('stuck')) });
    await cleanup.close();
    expect(ended).toEqual(['folder']);
  });

  test('ends each thing once, however often it is asked', async () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    cleanup.add(ending('folder'));
    await Promise.all([cleanup.close(), cleanup.close()]);
    expect(ended).toEqual(['folder']);
  });

  test('ends what is started while it runs', async () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    cleanup.add({ close: () => cleanup.add(ending('late child')) });
    await cleanup.close();
    expect(ended).toEqual(['late child']);
  });

  test('ends what is started after it', async () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    await cleanup.close();
    cleanup.add(ending('late child'));
    await cleanup.close();
    expect(ended).toEqual(['late child']);
  });

  test('at the last moment it ends at once what is left', () => {
    const { ended, ending } = recorded();
    const cleanup = new Cleanup();
    cleanup.add({ ...ending('patiently'), closeNow: () => void ended.push('at once') });
    cleanup.closeNow();
    expect(ended).toEqual(['at once']);
  });
});
