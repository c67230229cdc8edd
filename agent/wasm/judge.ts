import type { Judge } from '../commands/judge.ts';
import type { PluginModule } from './module.ts';
import { refusal } from './plugin.ts';
import type { RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

const IDENTITY = { name: 'graylane' } as const;

/** A plugin in a VM of its own, with a configuration that was handed to it. */
export interface Configured {
  readonly vm: Vm;
  readonly root: RootContext;
}

/** Hands a configuration to a plugin in a new VM, as Envoy does before its workers see it. */
export function configured(module: PluginModule, config: Uint8Array | string): Configured {
  const vm = module.start();
  const root = vm.root(IDENTITY);
  root.configure(config);
  return { vm, root };
}

/**
 * Configurations that one VM is asked about. Each VM has some megabytes of memory outside of the heap, which make the garbage
 * collector look at all of a large heap again; one for all would remember what lanes there ever were.
 */
const CONFIGURATIONS = 100;

/** Asks that plugin, as a gateway updates it: each configuration gets a root of its own, and what fails is asked no more. */
export function judgeOf(module: PluginModule): Judge {
  let vm: Vm | undefined;
  let asked = 0;
  return {
    plugin: module.bytes,
    judge: (config) => {
      const current = vm ?? module.start();
      vm = undefined;
      const root = current.root(IDENTITY);
      root.configure(config);
      const error = refusal(current);
      const gauge = current.metrics.value('graylane.config_revision') ?? 0;
      root.close();
      asked = (asked + 1) % CONFIGURATIONS;
      if (asked > 0) vm = current;
      return error === undefined ? { accepted: true, gauge } : { accepted: false, error };
    },
  };
}
