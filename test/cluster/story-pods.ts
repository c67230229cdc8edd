import { isReady, type Pod } from '../../demo/kruise/objects.ts';
import { instanceOf } from '../../demo/services/kubelet.ts';
import { type RunningInstance, startInstance } from '../../demo/services/service.ts';
import type { Cluster } from './cluster.ts';
import { endpointSlice } from './discovery-v1.ts';

/** A server lives on for so long after its pod is gone, as pods do while gateways drain. */
const GRACE_MS = 5000;

interface Ports {
  /** Of every pod, on an address of its own. */
  readonly pods: number;
  /** Of 127.0.0.1: where the pods of an app send their calls, by the name of the app. */
  readonly calls: Readonly<Record<string, number>>;
}

interface Running {
  readonly address: string;
  readonly instance: RunningInstance;
}

/** Runs a server for every ready pod of the story, and keeps its EndpointSlice. */
export class StoryPods {
  readonly #cluster: Cluster;
  readonly #ports: Ports;
  readonly #running = new Map<string, Running>();
  readonly #ending = new Map<NodeJS.Timeout, RunningInstance>();
  #count = 0;

  constructor(cluster: Cluster, ports: Ports) {
    this.#cluster = cluster;
    this.#ports = ports;
  }

  /** The pod as the cluster shows it: with the address of its server, which is started when the pod becomes ready. */
  async admit(pod: Pod): Promise<Pod> {
    const { name } = pod.metadata;
    if (isServing(pod) && !this.#running.has(name)) {
      this.#count += 1;
      const address = `127.0.1.${this.#count}`;
      const { pods: port, calls } = this.#ports;
      const instance = await startInstance(instanceOf(pod), () => calls[appOf(pod)] ?? 0, { address, port });
      this.#running.set(name, { address, instance });
    }
    const podIP = this.#running.get(name)?.address;
    return podIP === undefined ? pod : { ...pod, status: { ...pod.status, podIP, podIPs: [{ ip: podIP }] } };
  }

  /** Says whether it is one of those to whom requests go. */
  async report(pod: Pod): Promise<void> {
    const address = this.#running.get(pod.metadata.name)?.address;
    if (address === undefined) return;
    const told = { pod: pod.metadata.name, service: appOf(pod), address, port: this.#ports.pods };
    await this.#cluster.apply([endpointSlice({ ...told, isReady: isServing(pod) })]);
  }

  /** The pod is gone: requests go there no more, and its server ends a while later. */
  async remove(pod: Pod): Promise<void> {
    const { name } = pod.metadata;
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    const timer = setTimeout(() => {
      this.#ending.delete(timer);
      void running.instance.close();
    }, GRACE_MS);
    this.#ending.set(timer, running.instance);
    const path = `/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices/${name}`;
    await this.#cluster.admin.request({ method: 'DELETE', path });
  }

  /** Ends every server. */
  async close(): Promise<void> {
    for (const timer of this.#ending.keys()) clearTimeout(timer);
    const running = [...this.#running.values()].map(({ instance }) => instance);
    await Promise.all([...running, ...this.#ending.values()].map((instance) => instance.close()));
  }
}

function isServing(pod: Pod): boolean {
  return isReady(pod) && pod.metadata.deletionTimestamp === undefined;
}

function appOf(pod: Pod): string {
  return pod.metadata.labels?.['app'] ?? '';
}
