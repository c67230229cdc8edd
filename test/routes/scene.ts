import { compile } from '../../agent/compile/compile.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { decide } from '../reference/decide.ts';
import { type Answer, tried } from './answer.ts';
import { Cluster } from './cluster.ts';
import { Definition, ready } from './definition.ts';
import { type App, hostOf, NAMESPACE, type World } from './world.ts';
import { objectsOf } from './world-objects.ts';

/** A call or a visit with the tag that it has, if any. */
export interface Tagged {
  /** The Service that is called, or that the host of the visit leads to. */
  readonly service: string;
  readonly tag: string | undefined;
}

/** What a target does where it cannot do what the definition says: why, and who answers then. */
export interface Exception {
  readonly reason: string;
  readonly answer: Answer;
}

/** What some renderer made: its objects beside those that were there, and what it could not say. */
export interface Rendered {
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
}

/** A world, compiled once. */
export class Scene {
  readonly world: World;
  readonly definition: Definition;
  readonly objects: readonly KubernetesObject[];
  readonly compiled: Compiled;
  /** Of the objects alone. */
  readonly cluster: Cluster;
  readonly #gone: readonly string[];

  constructor(world: World) {
    this.world = world;
    this.definition = new Definition(world);
    this.objects = objectsOf(world);
    this.compiled = compile({ objects: this.objects, nowMs: 0 });
    this.#gone = world.lanes.flatMap(({ apps }) => apps.flatMap(({ gone }) => gone));
    this.cluster = new Cluster(this.objects, this.#gone);
  }

  /** What a renderer makes of it. */
  rendered(
    render: (input: { readonly compiled: Compiled; readonly objects: readonly KubernetesObject[] }) => {
      readonly objects: readonly KubernetesObject[];
      readonly diagnostics: readonly Diagnostic[];
    },
  ): Rendered {
    const { objects, diagnostics } = render(this);
    return { cluster: new Cluster([...this.objects, ...objects], this.#gone), diagnostics };
  }

  /** The tag on a request from outside when the plugin has decided, whatever tag the client sent. */
  tagFrom(host: string, user: string): string | undefined {
    const line = [
      [':method', 'GET'],
      [':authority', host],
      [':path', '/'],
    ] as const;
    const headers = [...line, ['x-user-id', user], ['x-mse-tag', 'gray'], ['X-Mse-Tag', 'blue']] as const;
    const decision = decide(this.compiled.pluginConfig, { headers, properties: {} });
    return decision.headers.find(([name]) => name === 'x-mse-tag')?.[1];
  }

  /** Requests of all users at all hosts, as they are when the plugin has decided. */
  get visits(): readonly Tagged[] {
    const { lanes } = this.world;
    const users = [...lanes.map(({ user }) => user), 'nobody'];
    return unique(
      lanes.flatMap((lane) =>
        users.map((user) => ({ service: lane.apps[0]?.service ?? '', tag: this.tagFrom(hostOf(lane), user) })),
      ),
    );
  }

  /** Calls of all Services with every tag that came from outside, and with tags that lead nowhere. */
  get calls(): readonly Tagged[] {
    const tags = new Set([...this.visits.map(({ tag }) => tag), undefined, 'gray', 'other']);
    return this.definition.services.flatMap((service) => [...tags].map((tag) => ({ service, tag })));
  }

  /** Who answers where a Service is asked by itself. */
  asItIs(request: Tagged): Answer {
    return tried([this.endpoints(request)], this.cluster.gone);
  }

  /** The pods that Kubernetes lists behind a Service. */
  endpoints({ service }: Tagged): readonly string[] {
    return (this.cluster.endpoints(NAMESPACE, service) ?? []).map(({ pod }) => pod);
  }

  /** The ready pods that a Service selects when Kruise does not pin it. */
  selected({ service }: Tagged): readonly string[] {
    return this.definition
      .behind(service)
      .flatMap(({ stable, fresh, gray }) => ready([...stable, ...fresh, ...(this.world.apart ? [] : gray)]));
  }

  /** The ready pods of a Service, those that it does not select since Kruise's patch has replaced a label among them. */
  reachable({ service }: Tagged): readonly string[] {
    return this.definition.behind(service).flatMap(({ stable, fresh, gray }) => ready([...stable, ...fresh, ...gray]));
  }

  /** The Rollouts behind a Service of which the compiler says which pods are gray. */
  told({ service }: Tagged): readonly App[] {
    const { routes, baselines } = this.compiled;
    const members = new Set(
      [...routes, ...baselines].filter((one) => one.service === service).map(({ member }) => member),
    );
    return this.definition.behind(service).filter(({ name }) => members.has(`${NAMESPACE}/${name}`));
  }
}

/** Headers of a request with that tag. */
export function headersOf({ tag }: Tagged): Readonly<Record<string, string>> {
  return tag === undefined ? {} : { 'x-mse-tag': tag };
}

/** True when that was said of the object of that name, in a sentence that has these words. */
export function isSaid(diagnostics: readonly Diagnostic[], reason: string, name: string, words = ''): boolean {
  return diagnostics.some((one) => one.reason === reason && one.object.name === name && one.message.includes(words));
}

function unique(all: readonly Tagged[]): readonly Tagged[] {
  return [...new Map(all.map((one) => [JSON.stringify([one.service, one.tag]), one])).values()];
}
