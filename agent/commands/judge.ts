/** Why the plugin refuses a configuration. */
export interface ConfigError {
  /** CamelCase. */
  readonly code: string;
  /** RFC 6901 JSON pointer into the configuration. */
  readonly pointer: string;
  /** Id of the rule; empty when it is about none. */
  readonly rule: string;
  readonly message: string;
}

/** What the plugin says to a configuration. */
type Verdict =
  | { readonly accepted: true /** What the metric `graylane.config_revision` shows. */; readonly gauge: number }
  | { readonly accepted: false; readonly error: ConfigError };

/** The plugin that the gateways run, asked before they are. */
export interface Judge {
  /** The plugin itself. */
  readonly plugin: Uint8Array;
  /** Loads the configuration into a plugin of its own. */
  judge(config: Uint8Array | string): Verdict;
}

/** Which patterns the plugin takes; Envoy takes those too, since both read RE2's syntax. */
export function regexJudge(judge: Judge): (pattern: string) => boolean {
  const known = new Map<string, boolean>();
  return (pattern) => {
    const accepted = known.get(pattern) ?? judge.judge(configWith(pattern)).accepted;
    known.set(pattern, accepted);
    return accepted;
  };
}

function configWith(pattern: string): string {
  const condition = { kind: 'path', operator: 'regex', value: pattern };
  return JSON.stringify({ rules: [{ id: 'r', lane: 'l', conditions: [condition], headers: { remove: ['x'] } }] });
}
