import { TAG_HEADER } from '../../compile/tag.ts';
import type { Baseline, Compiled, Route } from '../../model/compiled.ts';
import { canonical } from '../../model/json.ts';
import { compareText } from '../../model/metadata.ts';
import { groupedByService, type Leading, leadingOf, ordinaryLabels } from '../by-service.ts';
import { grayName } from '../ownership.ts';
import { hostOf } from './host.ts';
import type { Report } from './reasons.ts';

type Labels = Readonly<Record<string, string>>;

/** A tag and where it leads. */
export interface Tag {
  readonly header: string;
  readonly value: string;
  /** Name of the subset of its pods. */
  readonly subset: string;
  readonly gray: Labels;
  /** Whether the other pods of the Service answer while there is no gray one. */
  readonly fallsBack: boolean;
}

/** What is to be said of a Service. */
export interface Plan {
  readonly namespace: string;
  readonly service: string;
  readonly host: string;
  /** Of the pods that ordinary requests are for; `""` stands for a label that these do not have. */
  readonly stable: Labels;
  /** In the order in which they are tried. */
  readonly tags: readonly Tag[];
}

type Told = Route | Baseline;

/** One plan for each Service of which Istio can say what was compiled, in order. */
export function plansOf(
  { routes, baselines }: Pick<Compiled, 'routes' | 'baselines'>,
  report: Report,
): readonly Plan[] {
  const [routesOf, baselinesOf] = [groupedByService(routes), groupedByService(baselines)];
  return [...new Set([...routesOf.keys(), ...baselinesOf.keys()])]
    .sort(compareText)
    .flatMap((key) => planOf(routesOf.get(key) ?? [], baselinesOf.get(key) ?? [], report));
}

function planOf(routes: readonly Route[], baselines: readonly Baseline[], report: Report): readonly Plan[] {
  const told: readonly Told[] = [...routes, ...baselines];
  const [first] = told;
  if (first === undefined) return [];
  const { namespace, service } = first;
  const stable = ordinaryLabels(first);
  const object = { kind: 'Service', namespace, name: service };
  if (distinct(told.map(ordinaryLabels)) > 1) {
    report(object, '', 'SeveralRollouts', `${membersOf(told)} share the Service ${service}`);
    return [];
  }
  if (stable === undefined) {
    report(object, '', 'BaselineUnknown', `Gray pods of ${membersOf(told)} may get ordinary requests`);
    return [];
  }
  const isAlone = distinct(told.map(({ grayLabels }) => grayLabels)) === 1;
  const isCut = !isAlone && routes.some(({ mode }) => mode === 'fallback');
  if (isCut) report(object, '', 'NoFallback', `Several lanes have gray pods behind the Service ${service}`);
  // Behind several kinds of gray pods there is nobody to fall back to, so what may go at any moment is not led to.
  const tags = leadingOf(routes, isAlone ? baselines : []).map((leading) => tagOf(leading, isAlone));
  return [{ namespace, service, host: hostOf(first), stable, tags }];
}

function tagOf({ service, tagHeader, tagValue: value, grayLabels: gray, mode }: Leading, isAlone: boolean): Tag {
  const header = tagHeader.toLowerCase();
  const subset = grayName(service, header === TAG_HEADER ? value : `${header}=${value}`);
  return { header, value, subset, gray, fallsBack: isAlone && mode === 'fallback' };
}

function distinct(values: readonly unknown[]): number {
  return new Set(values.map((value) => canonical(value))).size;
}

function membersOf(told: readonly Told[]): string {
  return [...new Set(told.map(({ member }) => member))].sort(compareText).join(', ');
}
