import { textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';

/** A gateway that serves Ingresses, as far as its ways are known. */
export type Controller = 'higress' | 'nginx' | 'apisix' | 'alb' | 'unknown';

/** By `spec.controller` of the IngressClass: who says that it serves the class. */
const BY_CONTROLLER: ReadonlyMap<string, Controller> = new Map([
  ['higress.io/higress-controller', 'higress'],
  ['k8s.io/ingress-nginx', 'nginx'],
  ['apisix.apache.org/apisix-ingress-controller', 'apisix'],
  ['ingress.k8s.alibabacloud/alb', 'alb'],
  ['ingress.k8s.aws/alb', 'alb'],
]);

/** By the usual name of the class, for want of an IngressClass. */
const BY_NAME: ReadonlyMap<string, Controller> = new Map([
  ['higress', 'higress'],
  ['nginx', 'nginx'],
  ['apisix', 'apisix'],
  ['alb', 'alb'],
]);

/** The annotation that was there before `spec.ingressClassName`, which all of these gateways read. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Tells who serves an Ingress. */
export type ControllerOf = (ingress: unknown) => { readonly className: string; readonly controller: Controller };

/**
 * Looks for the IngressClasses among the objects. An Ingress without a class belongs to the default class; where there is none,
 * to Higress, which serves Ingresses without a class and of the others that are known here none does so by itself.
 */
export function controllersFrom(objects: readonly KubernetesObject[]): ControllerOf {
  const classes = objects.filter(
    ({ kind, apiVersion }) => kind === 'IngressClass' && apiVersion === 'networking.k8s.io/v1',
  );
  const controllers = new Map(
    classes.map((object) => [object.metadata.name, textAt(object, 'spec', 'controller') ?? '']),
  );
  const standard = classes
    .filter((object) => textAt(object, 'metadata', 'annotations', IS_DEFAULT) === 'true')
    .map(({ metadata }) => metadata.name)
    .sort()[0];
  return (ingress) => {
    const given = textAt(ingress, 'spec', 'ingressClassName');
    const annotated = textAt(ingress, 'metadata', 'annotations', CLASS_ANNOTATION);
    // Which of the two counts depends on the gateway.
    if (given !== undefined && annotated !== undefined && given !== annotated) {
      return { className: `${given} and ${annotated}`, controller: 'unknown' };
    }
    const className = given ?? annotated ?? standard ?? '';
    if (className === '') return { className, controller: 'higress' };
    const told = controllers.get(className);
    const controller = told === undefined ? BY_NAME.get(className) : BY_CONTROLLER.get(told);
    return { className, controller: controller ?? 'unknown' };
  };
}

const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
