import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PluginModule } from '../../agent/wasm/module.ts';

/** The file of the plugin that gateways run. */
export const RELEASE: string = fileURLToPath(new URL('../../build/plugin.wasm', import.meta.url));

/** The plugin under test: the release, or the file that GRAYLANE_PLUGIN names, as `npm run coverage` does. */
export const plugin: PluginModule = PluginModule.load(readFileSync(process.env['GRAYLANE_PLUGIN'] ?? RELEASE));
