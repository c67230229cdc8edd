import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { handedConfig, isWasmPlugin } from '../../agent/commands/wasmplugin-config.ts';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Header, Request } from '../reference/request.ts';

/** A request of a worked example with what becomes of it. */
export interface ExpectedDecision {
  /** Method and URL. */
  readonly request: string;
  readonly headers?: readonly Header[];
  readonly properties?: Request['properties'];
  /** Index in the match rules; the top level when it is left out. */
  readonly list?: number;
  /** Id of the rule that decides; null for the baseline. */
  readonly rule: string | null;
  /** The headers that are left, without `:method` and its like. */
  readonly after: readonly Header[];
}

/** One file of docs/examples. */
export interface WorkedExample {
  readonly name: string;
  readonly text: string;
  readonly config: PluginConfig;
  readonly requests: readonly ExpectedDecision[];
}

const folder = new URL('../../docs/examples/', import.meta.url);

/** All of them, by name. */
export function workedExamples(): readonly WorkedExample[] {
  return readdirSync(folder)
    .sort()
    .map((name) => workedExample(name, readFileSync(new URL(name, folder), 'utf8')));
}

/** The requests stand in a comment, so that the file can be handed to kubectl as it is. */
function workedExample(name: string, text: string): WorkedExample {
  const document: unknown = parse(text);
  const comment = text.split('\n# requests:\n')[1] ?? '';
  const requests: readonly ExpectedDecision[] = parse(comment.replace(/^# ?/gm, '')) ?? [];
  const config = isWasmPlugin(document) ? handedConfig(document).config : document;
  return { name, text, config: JSON.parse(JSON.stringify(config)), requests };
}

/** The request that the plugin gets. */
export function requestOf({ request, headers = [], properties = {} }: ExpectedDecision): Request {
  const [, method = '', authority = '', path = ''] = /^(\S+) http:\/\/([^/]*)(\/.*)$/.exec(request) ?? [];
  const line: readonly Header[] = [
    [':method', method],
    [':authority', authority],
    [':path', path],
  ];
  return { headers: [...line, ...headers.map(([name, value]): Header => [name.toLowerCase(), value])], properties };
}
