interface Explanation {
  /** `Warning`: somebody has to do something. */
  readonly type: 'Normal' | 'Warning';
  /** What graylane did or tried, in the words of events.k8s.io. */
  readonly action: string;
  /** When it is recorded, and on what. */
  readonly cause: string;
}

/** Every Event that graylane records. docs/events.md shows this table. */
export const EVENTS = {
  LaneActivated: {
    type: 'Normal',
    action: 'EnforceRules',
    cause: 'The rules of a lane came into force. On its entry.',
  },
  LaneDeactivated: {
    type: 'Normal',
    action: 'WithdrawRules',
    cause:
      'The rules of a lane are not in force any more, since no Rollout of it has gray pods that serve. On its entry.',
  },
  MemberActivated: {
    type: 'Normal',
    action: 'RouteToGray',
    cause: 'Requests of a lane that is in force reach the gray pods of one more Rollout. On that Rollout.',
  },
  MemberDeactivated: {
    type: 'Normal',
    action: 'RouteToStable',
    cause: 'Requests of a lane meet the stable version of a Rollout again. On that Rollout.',
  },
  RuleRejected: {
    type: 'Warning',
    action: 'Compile',
    cause:
      'Something that a Rollout or TrafficRouting asks for is not in force: a diagnostic of severity error. On that object.',
  },
  ConfigRefused: {
    type: 'Warning',
    action: 'Write',
    cause:
      'The configuration is not written, since the plugin refuses it or the target is blocked; the gateways keep what they have. On the entries of the lanes that would change, and on the Rollouts that would.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase name. */
export type EventReason = keyof typeof EVENTS;
