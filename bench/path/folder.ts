import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { at, isFields, textAt } from '../../agent/model/json.ts';
import { FILE } from '../../agent/targets/envoy/files.ts';
import { freePorts } from '../../demo/ports.ts';
import { releasedLane } from '../../test/cluster/released-lane.ts';
import { STATUS } from '../gateway/connection.ts';
import { startEnvoy } from './envoy.ts';
import { SHOP, type Way, type WayOptions } from './way.ts';
import { witnessFile } from './witness.ts';

/** Where the pods are: addresses of this machine alone. */
const ADDRESS = { stable: '127.0.0.1', gray: '127.0.0.2' } as const;

/** The folder that the agent writes, with all that it has there: Envoy leads to the pods, which say who they are. */
export async function openFolder({ cluster, envoy }: WayOptions): Promise<Way> {
  const folder = join(cluster.folder, 'envoy');
  const [outer = 0, inner = 0, admin = 0] = await freePorts(3);
  const stable = await pod(STATUS.base, ADDRESS.stable, 0);
  const { port } = stable.address() as AddressInfo;
  const gray = await pod(STATUS.gray, ADDRESS.gray, port);
  const ends: (() => Promise<void>)[] = [() => end(stable), () => end(gray)];
  const ports = ['--outer-port', `${outer}`, '--inner-port', `${inner}`, '--admin-port', `${admin}`];
  return {
    words: ['--target', `envoy:${folder}`, ...ports],
    objects: releasedLane(SHOP).map((object) => onThisMachine(object, port)),
    begin: async () => {
      const config = JSON.parse(readFileSync(join(folder, FILE.bootstrap), 'utf8'));
      const running = await startEnvoy(envoy, cluster.folder, config, admin);
      ends.unshift(() => running.kill());
      const written = witnessFile(join(folder, FILE.filter));
      ends.push(() => written.close());
      return { port: outer, witnesses: { 'ECDS file in place': written } };
    },
    close: async () => {
      for (const one of ends) await one();
    },
  };
}

/** Answers everything with that status and no content. */
function pod(status: number, address: string, port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 0 }, (_, response) => {
    response.writeHead(status, status === STATUS.base ? {} : { 'content-length': 0 });
    response.end();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Pods have the addresses of those that answer here, and Services lead to their port. */
function onThisMachine(object: object, targetPort: number): object {
  const kind = textAt(object, 'kind');
  const [spec, status] = [at(object, 'spec'), at(object, 'status')];
  if (kind === 'Service' && isFields(spec)) {
    return { ...object, spec: { ...spec, ports: [{ port: 80, targetPort }] } };
  }
  if (kind !== 'Pod' || !isFields(status)) return object;
  const isGray = textAt(object, 'metadata', 'labels', 'pod-template-hash') === 'gray';
  return { ...object, status: { ...status, podIP: isGray ? ADDRESS.gray : ADDRESS.stable } };
}
