import type { Explanation } from '../../model/explanation.ts';
import type { Report as ReportOf } from '../reporter.ts';

/** What can keep a route from being written. Names are stable: people filter by them. docs/routes.md shows this table. */
export const ROUTE_REASONS = {
  RouteFieldConflict: {
    severity: 'error',
    cause: 'Another field manager has written to an object that graylane makes, and owns what it wrote.',
    remedy: 'Let it leave the object alone, or run graylane with --force-conflicts to take the fields from it.',
  },
  RouteNameTaken: {
    severity: 'error',
    cause: 'Somebody else has an object of that kind and name, without the label of those that graylane makes.',
    remedy: 'Give it another name; graylane changes nothing that it did not make.',
  },
  RouteRefused: {
    severity: 'error',
    cause: 'The API server, or a webhook that it asks, refuses an object, or the agent has no right to write it.',
    remedy: 'Do what the message says; it is tried again every 30 s.',
  },
} as const satisfies Record<string, Explanation>;

/** Takes what is wrong with an object. */
export type RouteReport = ReportOf<keyof typeof ROUTE_REASONS>;
