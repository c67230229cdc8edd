import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll } from 'vitest';

// Runs before every test file of `npm run coverage`: gathers which statements of the plugin its VMs have reached. A VM is asked
// after each call, since nobody says when it ends.

const reached = [];

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, values) {
    const instance = new Instance(...values);
    return 'coverage_table' in instance.exports ? { exports: watched(instance.exports) } : instance;
  },
});

function watched(exports) {
  const table = exports.coverage_table();
  const news = exports.coverage_news();
  const collect = () => {
    const bytes = new Uint8Array(exports.memory.buffer);
    if (bytes[news] === 0) return;
    bytes[news] = 0;
    for (let statement = 0; statement < news - table; statement += 1) {
      if (bytes[table + statement] === 1) reached[statement] = 1;
    }
  };
  const watch =
    (call) =>
    (...values) => {
      try {
        return call(...values);
      } finally {
        collect();
      }
    };
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [name, typeof value === 'function' ? watch(value) : value]),
  );
}

afterAll(() => {
  mkdirSync('reports/coverage/reached', { recursive: true });
  writeFileSync(`reports/coverage/reached/${randomUUID()}.json`, JSON.stringify(Object.keys(reached).map(Number)));
});
