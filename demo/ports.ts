import { type AddressInfo, createServer, type Server } from 'node:net';

/** A port that was free has been taken in the meantime: the next attempt takes others. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Ports of 127.0.0.1 that are free at this moment, all different. Somebody else may take one before it is used, so whoever
 * uses them asks again on a clash.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listening(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
