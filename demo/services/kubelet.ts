import { isGray, isReady, type Pod, versionOf } from '../kruise/objects.ts';
import { PORT_NAME } from '../kruise/rewrite.ts';
import { type InnerPort, type Instance, type RunningInstance, startInstance } from './service.ts';

/** A calls B, B calls C. */
const NEXT: Readonly<Record<string, string>> = {
  'spring-cloud-a': 'spring-cloud-b',
  'spring-cloud-b': 'spring-cloud-c',
};

/** A pod's process lives on this long after its termination began, as pods do while gateways drain. */
const GRACE_MS = 1000;

/** Runs a server for every ready pod and says in the pod's status where it is. */
export class Kubelet {
  readonly #innerPort: InnerPort;
  readonly #running = new Map<string, RunningInstance>();
  readonly #ending = new Map<NodeJS.Timeout, RunningInstance>();

  constructor(innerPort: InnerPort) {
    this.#innerPort = innerPort;
  }

  /** The pod as the cluster shows it: with the address of its server, which is started when the pod becomes ready. */
  async admit(pod: Pod): Promise<Pod> {
    const name = pod.metadata.name;
    if (isReady(pod) && !this.#running.has(name) && pod.metadata.deletionTimestamp === undefined) {
      this.#running.set(name, await startInstance(instanceOf(pod), this.#innerPort));
    }
    const running = this.#running.get(name);
    return running === undefined ? pod : addressed(pod, running.port);
  }

  /** The pod is gone: its server ends a second later. */
  remove(pod: Pod): void {
    const running = this.#running.get(pod.metadata.name);
    if (running === undefined) return;
    this.#running.delete(pod.metadata.name);
    const timer = setTimeout(() => {
      this.#ending.delete(timer);
      void running.close();
    }, GRACE_MS);
    this.#ending.set(timer, running);
  }

  /** Ends every server. */
  async close(): Promise<void> {
    for (const timer of this.#ending.keys()) clearTimeout(timer);
    const all = [...this.#running.values(), ...this.#ending.values()];
    this.#running.clear();
    this.#ending.clear();
    await Promise.all(all.map((instance) => instance.close()));
  }
}

/** What a pod of the recording runs. */
export function instanceOf(pod: Pod): Instance {
  const service = pod.metadata.labels?.['app'] ?? '';
  const next = NEXT[service];
  return {
    letter: service.slice(-1).toUpperCase(),
    version: versionOf(pod),
    gray: isGray(pod),
    ...(service === 'spring-cloud-a' ? { config: 'base' } : {}),
    ...(next === undefined ? {} : { next }),
  };
}

function addressed(pod: Pod, port: number): Pod {
  const ports = [{ name: PORT_NAME, containerPort: port, protocol: 'TCP' }];
  return {
    ...pod,
    spec: { ...pod.spec, containers: pod.spec.containers.map((container) => ({ ...container, ports })) },
    status: { ...pod.status, podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] },
  };
}
