/** What becomes of an entry of `matches` by a script that Kruise brings along for a class of Ingress, and by the gateway that reads it. */
export interface IngressScript {
  /** Name of the class. */
  readonly name: string;
  /** Whom its users know as the reader of the annotations. */
  readonly gateway: string;
  /** True when an entry without headers makes the script fail. */
  readonly needsHeader: boolean;
  /** True when the script reads the first query parameter of an entry. */
  readonly readsQuery: boolean;
  /** True when the script has the gateway change headers. */
  readonly changesHeaders: boolean;
  /** True when the gateway divides by weight what the conditions leave. */
  readonly weighsOthers: boolean;
  /** True when the gateway looks for an expression anywhere in a value. */
  readonly searches: boolean;
  /** True when the gateway takes an exact value for an expression beside `always`. */
  readonly readsExpression: boolean;
  /** True when the gateway heeds a cookie only where no header is asked for. */
  readonly prefersHeader: boolean;
}

const PLAIN: Omit<IngressScript, 'name' | 'gateway'> = {
  needsHeader: false,
  readsQuery: false,
  changesHeaders: false,
  weighsOthers: false,
  searches: false,
  readsExpression: false,
  prefersHeader: false,
};

/**
 * The scripts, of lua_configuration/trafficrouting_ingress in Kruise 0.6, and what their gateways are known for:
 * docs/lanes.md says where from. A ConfigMap of Kruise may replace a script, which is not seen here.
 */
export const INGRESS_SCRIPTS: ReadonlyMap<string, IngressScript> = new Map(
  [
    { ...PLAIN, name: 'nginx', gateway: 'nginx', weighsOthers: true, searches: true },
    {
      ...PLAIN,
      name: 'higress',
      gateway: 'Higress',
      needsHeader: true,
      searches: true,
      readsExpression: true,
      prefersHeader: true,
    },
    { ...PLAIN, name: 'mse', gateway: 'MSE', readsQuery: true, changesHeaders: true },
    { ...PLAIN, name: 'aliyun-alb', gateway: 'ALB', needsHeader: true, weighsOthers: true },
  ].map((script) => [script.name, script]),
);
