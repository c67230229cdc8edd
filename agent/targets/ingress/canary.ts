import { at, listAt, textAt, textsAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { type Diversion, rulesOf, type Tag } from './base.ts';
import { CLASS_ANNOTATION } from './controller.ts';

/** Those that read canary annotations. */
export type CanaryController = 'higress' | 'nginx';

const NGINX = 'nginx.ingress.kubernetes.io/';
const HIGRESS = 'higress.io/';

/** Says that an Ingress diverts requests of another one, by a header. */
const CANARY = /^(nginx\.ingress\.kubernetes\.io|higress\.io)\/canary(-|$)/;

/**
 * What ingress-nginx reads of a canary besides the canary's own annotations; everything else it takes from the base. More would
 * be read twice: a server-alias, for instance. Source: the user guide of ingress-nginx, "Canary".
 */
const READ_BY_NGINX = /^nginx\.ingress\.kubernetes\.io\/(load-balance|upstream-hash-by(-subset|-subset-size)?)$/;

/** The annotations of a base that its canary must repeat. Of the two ways to name the class an API server takes one in a new Ingress. */
function repeated(base: unknown, controller: CanaryController): Readonly<Record<string, string>> {
  const isRead = (name: string): boolean =>
    controller === 'nginx' ? READ_BY_NGINX.test(name) : name.startsWith(NGINX) || name.startsWith(HIGRESS);
  const isClass = (name: string): boolean =>
    name === CLASS_ANNOTATION && textAt(base, 'spec', 'ingressClassName') === undefined;
  return Object.fromEntries(
    Object.entries(textsAt(base, 'metadata', 'annotations'))
      .filter(([name]) => isClass(name) || (isRead(name) && !CANARY.test(name)))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * The canary of a base for a tag. Higress compares the header with the expression `always|<value>` and ingress-nginx with the
 * value, so both do the same with a value of plain characters. Without `canary-weight` nobody else gets there.
 */
export function canaryIngress(
  base: unknown,
  diversions: readonly Diversion[],
  tag: Tag,
  controller: CanaryController,
  metadata: KubernetesObject['metadata'],
): KubernetesObject {
  const className = textAt(base, 'spec', 'ingressClassName');
  const tls = listAt(base, 'spec', 'tls');
  const annotations = {
    ...repeated(base, controller),
    [`${NGINX}canary`]: 'true',
    [`${NGINX}canary-by-header`]: tag.header,
    [`${NGINX}canary-by-header-value`]: tag.value,
  };
  const own = { ...metadata, annotations };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: own,
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      ...(tls.length > 0 && { tls }),
      rules: rulesOf(diversions),
    },
  };
}

/** An annotation that says more about which requests are meant than the canary would keep; undefined when there is none. */
export function lostMatch(base: unknown, controller: CanaryController): string | undefined {
  const lost = controller === 'higress' ? LOST_BY_HIGRESS : LOST_BY_NGINX;
  return Object.keys(textsAt(base, 'metadata', 'annotations'))
    .sort()
    .find((name) => lost.test(name));
}

/**
 * Higress puts the canary's header in place of the headers that the base asks for, and where `destination` stands it does not
 * look at the backend. It keeps the base's methods and query parameters, which the canary repeats.
 */
const LOST_BY_HIGRESS = /match-(pseudo-)?header|^(nginx\.ingress\.kubernetes\.io|higress\.io)\/destination$/;

/** ingress-nginx looks at the cookie of a session before it looks at the header. */
const LOST_BY_NGINX = /^nginx\.ingress\.kubernetes\.io\/affinity$/;

/** True when no gateway takes the tag for more than it is. */
export function isPlain(tagValue: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(tagValue);
}

/** True when one of the rules gives the tag `always`. */
export function givesAlways(rules: unknown, tagHeader: string): boolean {
  return (Array.isArray(rules) ? rules : []).some((rule) =>
    [...listAt(rule, 'headers', 'set'), ...listAt(rule, 'headers', 'add')].some(
      (change) => textAt(change, 'name')?.toLowerCase() === tagHeader.toLowerCase() && at(change, 'value') === 'always',
    ),
  );
}
