import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { discovery, type JsonObject, textOf } from '../../agent/targets/envoy/discovery.ts';
import { FILTER } from '../../agent/targets/envoy/filter.ts';
import { EnvoyProcess } from './envoy-process.ts';
import { bootstrap, type ConfigurationBytes, DIRECT, pluginOf } from './resources.ts';

export interface GatewaySetup {
  /** What each plugin starts with, by its name; each has a listener of its own. Default: one plugin, with nothing. */
  readonly plugins?: Readonly<Record<string, ConfigurationBytes>>;
  /** Default: `gray` or `base` is answered, by the tag. */
  readonly routes?: readonly JsonObject[];
  readonly clusters?: readonly JsonObject[];
  /** Settings of the HTTP connection managers. */
  readonly connections?: JsonObject;
  /** Worker threads; default 1. */
  readonly concurrency?: number;
}

/** A real Envoy that runs the plugin, with ports and a folder of its own. */
export class Gateway {
  readonly envoy: EnvoyProcess;
  readonly #folder: string;
  readonly #ports: ReadonlyMap<string, number>;
  #version = 0;

  private constructor(folder: string, process: EnvoyProcess, ports: ReadonlyMap<string, number>) {
    this.#folder = folder;
    this.envoy = process;
    this.#ports = ports;
  }

  /** Resolves when it serves; rejects with what Envoy said when it does not start. */
  static async start(setup: GatewaySetup = {}): Promise<Gateway> {
    const { plugins = { [FILTER]: '' }, routes = DIRECT, clusters = [], connections = {}, concurrency = 1 } = setup;
    const folder = await mkdtemp(join(tmpdir(), 'graylane-envoy-'));
    try {
      await copyFile(PLUGIN, pluginIn(folder));
      for (const [name, text] of Object.entries(plugins)) await putPlugin(folder, name, text, 'start');
      const layout = { plugins: Object.keys(plugins), routes, clusters, connections };
      const content = bootstrap({ ...layout, source: (plugin) => sourceIn(folder, plugin) });
      await writeFile(join(folder, 'envoy.json'), JSON.stringify(content));
      const process = await EnvoyProcess.start(folder, concurrency);
      return new Gateway(folder, process, await process.ports());
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Port of a plugin's listener. */
  port(plugin: string = FILTER): number {
    const port = this.#ports.get(plugin);
    if (port === undefined) throw new Error(`there is no listener for ${plugin}`);
    return port;
  }

  /** Gives the plugin a new configuration, which it must not refuse, and waits until it is in force. */
  async configure(configuration: PluginConfig, plugin: string = FILTER): Promise<void> {
    await this.put(JSON.stringify(configuration), plugin);
    const rejected = await this.envoy.admin('/stats?filter=graylane.config_rejected');
    if (!rejected.includes('config_rejected: 0')) throw new Error(await this.envoy.log());
  }

  /** Gives the plugin any configuration, and waits until Envoy has taken it, whatever the plugin made of it. */
  async put(configuration: ConfigurationBytes, plugin: string = FILTER): Promise<void> {
    const version = await this.move(configuration, plugin);
    await this.envoy.until(`${plugin} has configuration ${version}`, async () => {
      return (await this.version(plugin)) === version;
    });
  }

  /** Moves a new configuration into place, and does not wait; resolves to its version. */
  async move(configuration: ConfigurationBytes, plugin: string = FILTER): Promise<string> {
    this.#version += 1;
    const version = `v${this.#version}`;
    await putPlugin(this.#folder, plugin, configuration, version);
    return version;
  }

  /** The version of the configuration that Envoy took last. */
  async version(plugin: string = FILTER): Promise<string | undefined> {
    const text = await this.envoy.admin(`/stats?filter=extension_config_discovery.*${plugin}.version_text`);
    return /version_text: "(.*)"/.exec(text)?.[1];
  }

  /** Ends Envoy. Rejects when the plugin has trapped, whatever the tests have seen of that. */
  async stop(): Promise<void> {
    await this.envoy.stop();
    const traps = (await this.envoy.log()).split('\n').filter((line) => /Function: \w+ failed/.test(line));
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    if (traps.length > 0) throw new Error(`the plugin has trapped ${traps.length} times, first: ${traps[0]}`);
  }
}

/** Path of the plugin that is tested. */
const PLUGIN = fileURLToPath(new URL('../../build/plugin.wasm', import.meta.url));

/** A copy: another build at the same time must not change what a test is about. */
function pluginIn(folder: string): string {
  return join(folder, 'plugin.wasm');
}

function sourceIn(folder: string, plugin: string): string {
  return join(folder, `ecds-${plugin}.json`);
}

async function putPlugin(folder: string, name: string, bytes: ConfigurationBytes, version: string): Promise<void> {
  const path = sourceIn(folder, name);
  const text = textOf(discovery([pluginOf(name, bytes, pluginIn(folder))], version));
  await writeFile(`${path}.unfinished`, text);
  await rename(`${path}.unfinished`, path);
}
