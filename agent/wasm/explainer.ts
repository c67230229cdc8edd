import type { ExplainedRequest, Explainer } from '../commands/explainer.ts';
import { explanation, listOf } from '../commands/explanation.ts';
import { requestOfLine } from '../commands/request-line.ts';
import { unpacked } from '../compile/packing.ts';
import { GraylaneError } from '../errors.ts';
import { fieldsAt } from '../model/json.ts';
import type { PluginConfig } from '../model/plugin-config.ts';
import { HeaderMap } from './header-map.ts';
import { type Configured, configured } from './judge.ts';
import type { PluginModule } from './module.ts';
import { lastDecision, refusal, trace } from './plugin.ts';

/** Puts a configuration in force, to be asked about requests. Throws a GraylaneError when the plugin refuses it. */
export function explainerOf(module: PluginModule, given: Uint8Array | string): Explainer {
  const plugin = configured(module, given);
  const error = refusal(plugin.vm);
  if (error !== undefined) {
    throw new GraylaneError(
      'ConfigRefused',
      `The plugin says ${error.code} at ${error.pointer || '/'}: ${error.message}`,
    );
  }
  const text = typeof given === 'string' ? given : new TextDecoder().decode(given);
  const config = text.trim() === '' ? {} : unpackedText(text);
  return {
    explain: (request) => explained(plugin, config, request),
    decide: (line) => decided(plugin, config, requestOfLine(line)),
  };
}

/** The rules of a large configuration may be a text. */
function unpackedText(text: string): PluginConfig {
  const config: PluginConfig = JSON.parse(text);
  return { ...config, ...fieldsAt(unpacked(config)) };
}

function explained({ vm, root }: Configured, config: PluginConfig, request: ExplainedRequest): string {
  const stream = root.stream();
  const { list, outcomes } = trace(vm, stream, request);
  stream.close();
  const { headers } = root.request(request);
  const { rule } = lastDecision(vm);
  const before = new HeaderMap(request.headers).entries();
  return explanation({ config, request, before, after: headers, list, outcomes, decided: rule });
}

function decided({ vm, root }: Configured, config: PluginConfig, request: ExplainedRequest): string {
  const { headers } = root.request(request);
  const { list, rule } = lastDecision(vm);
  const { id = null, lane = null } = listOf(config, list).rules?.[rule] ?? {};
  return JSON.stringify({ lane, rule: id, headers: headers.filter(([name]) => !name.startsWith(':')) });
}
