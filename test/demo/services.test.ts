import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { send } from '../../demo/curl.ts';
import type { Pod } from '../../demo/kruise/objects.ts';
import { Kubelet } from '../../demo/services/kubelet.ts';

const signal = new AbortController().signal;

/** A gateway's inner listener that remembers what it was asked and answers like the next service. */
let inner: Server;
let innerPort = 0;
let asked: IncomingHttpHeaders[] = [];
let kubelet: Kubelet;

beforeEach(async () => {
  asked = [];
  inner = createServer((request, response) => {
    asked.push(request.headers);
    response.end('B[next]\n');
  });
  await new Promise<void>((resolve) => {
    inner.listen(0, '127.0.0.1', resolve);
  });
  innerPort = (inner.address() as AddressInfo).port;
  kubelet = new Kubelet(() => innerPort);
});

afterEach(async () => {
  await kubelet.close();
  inner.closeAllConnections();
  inner.close();
});

const pod = (app: string, labels: Record<string, string>, image: string, ready = true): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `${app}-1`, namespace: 'default', labels: { app, ...labels } },
  spec: { containers: [{ image, ports: [{ containerPort: 8080, protocol: 'TCP' }] }] },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], podIP: '10.244.0.10' },
});

const portOf = (admitted: Pod): number => admitted.spec.containers[0]?.ports?.[0]?.containerPort ?? 0;
const ask = (admitted: Pod, headers: readonly (readonly [string, string])[] = []) =>
  send({ headers }, { port: portOf(admitted), host: 'a', path: '/' }, signal);

describe('a pod of the demo', () => {
  test('that is ready has the address of its server in its status and a port with a name', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-c', {}, 'registry.example/c:v1'));
    expect(admitted.status).toMatchObject({ podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] });
    expect(admitted.spec.containers[0]?.ports).toEqual([
      { name: 'http', containerPort: expect.any(Number), protocol: 'TCP' },
    ]);
    expect(portOf(admitted)).not.toBe(8080);
  });

  test('that is not ready has no server', async () => {
    const waiting = pod('spring-cloud-c', {}, 'registry.example/c:v1', false);
    expect(await kubelet.admit(waiting)).toEqual(waiting);
  });

  test('keeps its server as long as it lives', async () => {
    const first = await kubelet.admit(pod('spring-cloud-c', {}, 'registry.example/c:v1'));
    const again = await kubelet.admit(pod('spring-cloud-c', {}, 'registry.example/c:v1'));
    expect(portOf(again)).toBe(portOf(first));
  });

  test('still answers while it terminates', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-c', {}, 'registry.example/c:v1'));
    kubelet.remove(admitted);
    expect(await ask(admitted)).toMatchObject({ status: 200 });
  });

  test('says its letter, its version and its address', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-c', {}, 'registry.example/c:v3'));
    expect(await ask(admitted)).toEqual({ status: 200, body: `C[v3 127.0.0.1:${portOf(admitted)}]` });
  });

  test('with the gray label says that it is gray', async () => {
    const gray = { 'alicloud.service.tag': 'gray' };
    const admitted = await kubelet.admit(pod('spring-cloud-c', gray, 'registry.example/c:v2'));
    expect((await ask(admitted)).body).toBe(`Cgray[v2 127.0.0.1:${portOf(admitted)}]`);
  });
});

describe('service A', () => {
  test('answers for itself and for the services behind it', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-a', {}, 'registry.example/a:v1'));
    expect(await ask(admitted)).toEqual({
      status: 200,
      body: `A[v1 127.0.0.1:${portOf(admitted)}][config=base] -> B[next]`,
    });
  });

  test('calls B by its name, passes the tag on and nothing else of the client', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-a', {}, 'registry.example/a:v1'));
    await ask(admitted, [
      ['x-mse-tag', 'gray'],
      ['x-user-id', '100'],
    ]);
    expect(asked).toEqual([{ host: 'spring-cloud-b', 'x-mse-tag': 'gray', connection: 'keep-alive' }]);
  });

  test('adds no tag by itself', async () => {
    await ask(await kubelet.admit(pod('spring-cloud-a', {}, 'registry.example/a:v1')));
    expect(asked).toEqual([{ host: 'spring-cloud-b', connection: 'keep-alive' }]);
  });

  test('answers 502 when B cannot be reached', async () => {
    const admitted = await kubelet.admit(pod('spring-cloud-a', {}, 'registry.example/a:v1'));
    inner.close();
    const answer = await ask(admitted);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('spring-cloud-b cannot be reached');
  });
});
