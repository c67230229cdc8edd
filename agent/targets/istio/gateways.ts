import { at, canonical, fieldsAt, integerAt, listAt, textAt } from '../../model/json.ts';
import { delegateName } from '../ownership.ts';
import type { Foreign } from './existing.ts';
import { covers } from './host.ts';
import type { Plan } from './plan.ts';
import type { Report } from './reasons.ts';

/** A rule in the VirtualService of somebody else, with its neighbours. */
interface Rule {
  readonly virtualService: Foreign;
  readonly index: number;
  readonly rule: unknown;
  /** Undefined before the first one. */
  readonly previous: unknown;
  /** Undefined after the last one. */
  readonly next: unknown;
}

/** How tagged requests are delegated. */
interface Delegated {
  /** Of the Service; undefined when no rule says one. */
  readonly port: number | undefined;
}

/** How the rules of others delegate tagged requests for the Service; undefined when none does. Those that do so in vain are reported. */
export function delegatedOf(plan: Plan, foreign: readonly Foreign[], report: Report): Delegated | undefined {
  const delegating = rulesOf(foreign).filter(({ virtualService, rule }) => delegates(rule, virtualService, plan));
  const fit = delegating.filter((rule) => {
    const obstacle = obstacleOf(rule, plan);
    if (obstacle !== undefined) reportUnfit(rule, obstacle, report);
    return obstacle === undefined;
  });
  const [port, ...others] = new Set(fit.flatMap(({ next }) => portsOf(next)));
  if (others.length === 0) return fit.length === 0 ? undefined : { port };
  for (const rule of fit) reportUnfit(rule, 'The rules that delegate there are for different ports', report);
  return undefined;
}

/** Reports the gateways whose requests do not take the way of their tag. */
export function reportGateways(plan: Plan, foreign: readonly Foreign[], report: Report): void {
  const untagged = rulesOf(foreign).filter(
    ({ virtualService, rule, previous }) =>
      isOfGateway(virtualService) &&
      destinationsOf(rule).some((destination) => leadsThere(destination, virtualService, plan)) &&
      !delegates(previous, virtualService, plan),
  );
  for (const { kind, metadata } of new Set(untagged.map(({ virtualService }) => virtualService))) {
    const object = { kind, namespace: metadata.namespace, name: metadata.name };
    report(object, 'spec.http', 'GatewayRouteUntagged', `It leads from a gateway to ${plan.host}`);
  }
}

function rulesOf(foreign: readonly Foreign[]): readonly Rule[] {
  return foreign
    .filter(({ kind }) => kind === 'VirtualService')
    .flatMap((virtualService) => {
      const rules = listAt(virtualService.object, 'spec', 'http');
      return rules.map((rule, index) => {
        return { virtualService, index, rule, previous: rules[index - 1], next: rules[index + 1] };
      });
    });
}

/** Without a namespace it is that of the rule's own VirtualService. */
function delegates(rule: unknown, { metadata }: Foreign, { namespace, service }: Plan): boolean {
  const delegate = at(rule, 'delegate');
  return (
    textAt(delegate, 'name') === delegateName(service) &&
    (textAt(delegate, 'namespace') || metadata.namespace) === namespace
  );
}

/** Why tagged requests would not take the way of the rule, or ordinary ones not that of the next one. */
function obstacleOf({ virtualService, rule, next }: Rule, plan: Plan): string | undefined {
  const matches = listAt(rule, 'match');
  // Istio merges no condition with another one for the same header, and none with paths whose case does not matter.
  if (matches.some((match) => at(match, 'ignoreUriCase') === true)) return 'A match ignores the case of the path';
  const headers = new Set(plan.tags.map(({ header }) => header));
  const asked = matches.flatMap((match) => [...Object.keys(fieldsAt(match, 'headers'))]);
  if (asked.some((header) => headers.has(header.toLowerCase()))) return 'A match asks for the tag header itself';
  if (canonical(matches) !== canonical(listAt(next, 'match'))) return 'The rule after it has another match';
  const destinations = destinationsOf(next);
  const isAlone =
    destinations.length > 0 && destinations.every((destination) => leadsThere(destination, virtualService, plan));
  return isAlone ? undefined : `The rule after it does not lead to ${plan.host} alone`;
}

function destinationsOf(rule: unknown): readonly unknown[] {
  return listAt(rule, 'route').map((route) => at(route, 'destination'));
}

function leadsThere(destination: unknown, { metadata }: Foreign, { host }: Plan): boolean {
  return covers(textAt(destination, 'host') ?? '', metadata.namespace, host);
}

function portsOf(rule: unknown): readonly (number | undefined)[] {
  return destinationsOf(rule).map((destination) => integerAt(destination, 'port', 'number'));
}

function isOfGateway({ object }: Foreign): boolean {
  return listAt(object, 'spec', 'gateways').some((name) => name !== 'mesh');
}

function reportUnfit({ virtualService: { kind, metadata }, index }: Rule, what: string, report: Report): void {
  const object = { kind, namespace: metadata.namespace, name: metadata.name };
  report(object, `spec.http[${index}].delegate`, 'DelegateUnfit', what);
}
