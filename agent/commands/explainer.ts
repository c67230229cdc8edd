/** A request as the plugin sees it: `:method`, `:authority`, `:path` and `:scheme` stand among the headers. */
export interface ExplainedRequest {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What the gateway knows besides, `source.address` for example. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A line that is no request. */
export class NoRequest extends Error {
  override readonly name = 'NoRequest';
}

/** The plugin with a configuration in force, asked what it does to requests and why. */
export interface Explainer {
  /** For a person: which rule, which condition failed first, what the headers become. Ends with a line break. */
  explain(request: ExplainedRequest): string;
  /**
   * For each line with a request as JSON one line with the decision as JSON, without line breaks, in the same order. Throws
   * NoRequest for a line that is none; the message says why.
   */
  decide(line: string): string;
}
