import type { Condition, PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import { decide } from './decide.ts';
import type { Header, Request } from './request.ts';

/** A GET of `target` at example.com with these headers and properties. */
export function get(target: string, headers: readonly Header[] = [], properties: Request['properties'] = {}): Request {
  const line: readonly Header[] = [
    [':method', 'GET'],
    [':authority', 'example.com'],
    [':path', target],
  ];
  return { headers: [...line, ...headers], properties };
}

/** The same request at another authority. */
export function at(authority: string, request: Request = get('/')): Request {
  return { ...request, headers: request.headers.map(([n, v]) => [n, n === ':authority' ? authority : v]) };
}

/** A rule with one condition that tags with `gray`. */
export function tagging(condition: Condition, more: Partial<Rule> = {}): Rule {
  return {
    id: 'r',
    lane: 'l',
    conditions: [condition],
    headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
    ...more,
  };
}

/** Whether a rule with this condition alone decides the request. */
export function isMet(condition: Condition, request: Request, config: PluginConfig = {}): boolean {
  return decide({ ...config, rules: [tagging(condition)] }, request).rule === 0;
}

/** The values of a header after the decision, in order. */
export function valuesOf(name: string, headers: readonly Header[]): readonly string[] {
  return headers.filter(([own]) => own === name).map(([, value]) => value);
}
