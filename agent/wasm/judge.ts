import type { Judge } from '../commands/judge.ts';
import type { PluginModule } from './module.ts';
import { refusal } from './plugin.ts';
import type { RootContext } from './root-context.ts';
import type { Vm } from './vm.ts';

/** A plugin in a VM of its own, with a configuration that was handed to it. */
export interface Configured {
  readonly vm: Vm;
  readonly root: RootContext;
}

/** Hands a configuration to a plugin in a new VM, as Envoy does before its workers see it. */
export function configured(module: PluginModule, config: Uint8Array | string): Configured {
  const vm = module.start();
  const root = vm.root({ name: 'graylane' });
  root.configure(config);
  return { vm, root };
}

/** Asks that plugin; each configuration gets a VM of its own, so that none can have to do with another. */
export function judgeOf(module: PluginModule): Judge {
  return {
    plugin: module.bytes,
    judge: (config) => {
      const { vm } = configured(module, config);
      const error = refusal(vm);
      if (error !== undefined) return { accepted: false, error };
      return { accepted: true, gauge: vm.metrics.value('graylane.config_revision') ?? 0 };
    },
  };
}
