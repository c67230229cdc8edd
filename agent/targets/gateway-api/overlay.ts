import { at, isFields, listAt, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { GrayBackend } from '../backend-services.ts';
import type { FrontObject } from '../inventory.ts';
import { grayName, ownedMetadata } from '../ownership.ts';
import { type Backing, backingsOf } from './backing.ts';
import { type Plan, type Routed, routeRef } from './plan.ts';
import { isBeforeOrTied, matchesOf, meet, overtakes, type Rank, rankOf } from './precedence.ts';
import type { Report } from './reasons.ts';

type Tag = GrayBackend['tag'];

/** The most headers that a match can ask for. */
const MAX_HEADERS = 16;

/**
 * For an HTTPRoute that the user made, one of graylane's for each tag that beside it leads to gray pods: the same parents, hosts,
 * matches and filters, and one header more, so that it comes first. The user's stays as it is.
 */
export function overlaysOf(front: FrontObject, plan: Plan, report: Report): readonly KubernetesObject[] {
  const backings = backingsOf(front, plan, report);
  const tags = new Map(
    backings.flatMap(({ service }) => service.gray.map(({ tag }) => [`${tag.header}=${tag.value}`, tag] as const)),
  );
  return [...tags.values()].flatMap((tag) => {
    const led = backings.filter(({ service }) => grayOf(service, tag) !== undefined);
    return overlayOf(front, tag, led, plan, report);
  });
}

function overlayOf(
  front: FrontObject,
  tag: Tag,
  backings: readonly Backing[],
  plan: Plan,
  report: Report,
): readonly KubernetesObject[] {
  const rules = listAt(front.object, 'spec', 'rules');
  const led = new Set(backings.map(({ rule }) => rule));
  const ranks = [...led].flatMap((rule) => matchesOf(rules[rule]).map(rankOf));
  // Matches that come first for ordinary requests would be overtaken, so they get the tag as well and keep their order.
  const wanted = rules.map((rule, index) =>
    matchesOf(rule)
      .map((match, number) => ({ match, where: `spec.rules[${index}].matches[${number}]`, rank: rankOf(match) }))
      .filter(({ rank }) => led.has(index) || ranks.some((own) => isBeforeOrTied(rank, own))),
  );
  const tagged = wanted.flatMap((matches) => matches.map(({ rank }) => rank));
  tellOrder(front, tagged, tag, plan, report);
  const written = rules.flatMap((rule, index): readonly object[] => {
    const matches = (wanted[index] ?? []).flatMap(({ match, where }) => taggedMatch(match, tag, front, where, report));
    if (!isFields(rule) || matches.length === 0) return [];
    return [
      { ...rule, matches, ...('backendRefs' in rule && { backendRefs: backendsOf(rule, index, tag, backings) }) },
    ];
  });
  const owners = [...new Set(backings.map(({ service }) => service.object))];
  return written.length === 0 ? [] : ownRoute(front, tag, owners, written);
}

function ownRoute(
  { object, metadata }: FrontObject,
  tag: Tag,
  [first, ...others]: readonly KubernetesObject[],
  rules: readonly object[],
): readonly KubernetesObject[] {
  if (first === undefined) return [];
  const hostnames = at(object, 'spec', 'hostnames');
  return [
    {
      apiVersion: textAt(object, 'apiVersion') ?? '',
      kind: 'HTTPRoute',
      metadata: ownedMetadata(grayName(metadata.name, tag.value), first, ...others),
      spec: { parentRefs: listAt(object, 'spec', 'parentRefs'), ...(hostnames !== undefined && { hostnames }), rules },
    },
  ];
}

/** The match with the tag; nothing, and that is said, where it cannot be added. */
function taggedMatch(match: unknown, tag: Tag, front: FrontObject, where: string, report: Report): readonly object[] {
  const headers = listAt(match, 'headers');
  if (headers.some((header) => textAt(header, 'name')?.toLowerCase() === tag.header.toLowerCase())) {
    report(routeRef(front), where, 'TagMatched', `The match asks for ${tag.header} itself`);
    return [];
  }
  if (headers.length >= MAX_HEADERS) {
    report(routeRef(front), where, 'TooManyHeaders', `The match asks for ${headers.length} headers`);
    return [];
  }
  const wanted = { type: 'Exact', name: tag.header, value: tag.value };
  return [{ ...(isFields(match) && match), headers: [...headers, wanted] }];
}

function backendsOf(rule: object, index: number, tag: Tag, backings: readonly Backing[]): readonly unknown[] {
  return listAt(rule, 'backendRefs').map((backend, number) => {
    const found = backings.find((backing) => backing.rule === index && backing.backend === number);
    const gray = found && grayOf(found.service, tag);
    return gray === undefined || !isFields(backend) ? backend : { ...backend, name: gray.object.metadata.name };
  });
}

function grayOf({ gray }: Routed, tag: Tag): GrayBackend | undefined {
  return gray.find((one) => one.tag.header === tag.header && one.tag.value === tag.value);
}

/** Says which matches of other routes come first for ordinary requests and no longer with the tag. */
function tellOrder(front: FrontObject, ranks: readonly Rank[], tag: Tag, { fronts }: Plan, report: Report): void {
  for (const other of fronts) {
    if (other === front || !meet(front, other)) continue;
    const { namespace, name } = other.metadata;
    const overtaken = listAt(other.object, 'spec', 'rules')
      .flatMap((rule) => matchesOf(rule).map(rankOf))
      .some((rank) => ranks.some((own) => overtakes(own, front, rank, other)));
    if (!overtaken) continue;
    const what = `With ${tag.header}: ${tag.value} it comes before a match of HTTPRoute ${namespace}/${name}`;
    report(routeRef(front), 'spec.rules', 'OrderChanged', what);
  }
}
