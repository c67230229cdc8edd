/**
 * The Kubernetes objects of the recording, as far as the demo looks into them. They come from a file of this project, so
 * they are trusted to have these shapes; everything else in them is carried along unseen.
 */

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Set when termination has begun. */
  readonly deletionTimestamp?: string;
}

interface ConditionStatus {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Pod {
  readonly apiVersion: string;
  readonly kind: 'Pod';
  readonly metadata: Metadata;
  readonly spec: {
    readonly containers: readonly {
      readonly image: string;
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
  readonly status: {
    readonly conditions?: readonly ConditionStatus[];
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
  };
}

export interface Service {
  readonly apiVersion: string;
  readonly kind: 'Service';
  readonly metadata: Metadata;
  readonly spec: {
    readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number | string }[];
  };
}

export interface Ingress {
  readonly apiVersion: string;
  readonly kind: 'Ingress';
  readonly metadata: Metadata;
  readonly spec: {
    readonly rules: readonly {
      readonly host?: string;
      readonly http: {
        readonly paths: readonly { readonly path: string; readonly pathType: string; readonly backend: unknown }[];
      };
    }[];
  };
}

export interface Rollout {
  readonly apiVersion: string;
  readonly kind: 'Rollout';
  readonly metadata: Metadata;
  readonly status?: {
    readonly phase?: string;
    readonly currentStepState?: string;
    readonly conditions?: readonly ConditionStatus[];
  };
}

/** Kinds that are replayed as they are. */
interface Untouched {
  readonly apiVersion: string;
  readonly kind: 'Deployment' | 'BatchRelease';
  readonly metadata: Metadata;
}

export type RecordedObject = Pod | Service | Ingress | Rollout | Untouched;

/** True while a pod passes its readiness check; a terminating pod may still do so. */
export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

/** True for the pods of a canary: Kruise puts the label of `patchPodTemplateMetadata` on them. */
export function isGray(pod: Pod): boolean {
  return pod.metadata.labels?.['alicloud.service.tag'] === 'gray';
}

/** The image tag of a pod's first container, `v2` for example. */
export function versionOf(pod: Pod): string {
  return /:([^:/]+)$/.exec(pod.spec.containers[0]?.image ?? '')?.[1] ?? 'unknown';
}
