import { afterEach, describe, expect, test } from 'vitest';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';
import { HAS_STAGE, Stage } from './stage.ts';

const BINDING =
  '/apis/rbac.authorization.k8s.io/v1/namespaces/higress-system/rolebindings/graylane-graylane-system-gateway';

describe.skipIf(!HAS_STAGE)('with the rights that the chart gives', () => {
  let stage: Stage;

  afterEach(() => stage?.close());

  /** A release from its first rule to its last. */
  const release = async (): Promise<void> => {
    await stage.cluster.apply(releasedLane('shop'));
    await stage.until('the rule is in force', async () => (await stage.rules()).includes('shop/a/1/0'));
    await stage.cluster.apply([rolloutOf('shop', 'a', stepPaused(2, 'StepPaused', 'Cancelling'))]);
    await stage.until('the rule is withdrawn', async () => (await stage.rules()).length === 0);
    await stage.quiet();
  };

  test('the agent reads, leads, writes and reports without one refusal', async () => {
    stage = await Stage.open();
    const agent = await stage.startAgent();
    await release();
    await agent.stop();
    const asked = new Set(stage.proxy.passed.map(({ method, path }) => `${method} ${path}`));
    expect(asked).toContain(`PATCH ${stage.pluginPath}`);
    expect(asked).toContain(`PATCH ${stage.pluginPath}/status`);
    expect(asked).toContain('PUT /apis/coordination.k8s.io/v1/namespaces/graylane-system/leases/graylane');
    expect(asked).toContain('POST /apis/events.k8s.io/v1/namespaces/shop/events');
    expect(stage.forbidden).toEqual([]);
  });

  test('an agent that follows one namespace needs no right in any other', async () => {
    stage = await Stage.open({ watchNamespaces: ['shop'] });
    await stage.startAgent('--watch-namespaces', 'shop');
    await release();
    expect(stage.proxy.passed.map(({ path }) => path)).toContain('/api/v1/namespaces/shop/pods');
    expect(stage.forbidden).toEqual([]);
  });

  test('a right that is missing is seen here as a refusal', async () => {
    stage = await Stage.open();
    await stage.cluster.admin.request({ method: 'DELETE', path: BINDING });
    await stage.startAgent();
    await stage.cluster.apply(releasedLane('shop'));
    await stage.until('it is refused', async () => stage.forbidden.length > 0);
    expect(stage.forbidden.every((request) => request.includes('wasmplugins'))).toBe(true);
  });
});
