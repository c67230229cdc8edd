import type { Diagnostic, ObjectRef } from './diagnostic.ts';
import type { Explanation } from './explanation.ts';

/** Every reason that a diagnostic can have. Names are stable: people filter by them. docs/diagnostics.md shows this table. */
export const REASONS = {
  UnreadableManifest: {
    severity: 'error',
    cause: 'A document is not valid YAML or JSON, or is not a Kubernetes object.',
    remedy: 'Correct it; an agent that follows the file goes by its last readable content until then.',
  },
  InvalidObject: {
    severity: 'error',
    cause: 'An object has no name or namespace that Kubernetes would accept.',
    remedy: 'Give it a valid metadata.name and metadata.namespace.',
  },
  UnsupportedVersion: {
    severity: 'error',
    cause: 'The object has an apiVersion that graylane does not know.',
    remedy: 'Use a version that the message names.',
  },
  DuplicateObject: {
    severity: 'warning',
    cause: 'Two different objects have the same kind, namespace and name.',
    remedy: 'Remove one of them; which one counts is arbitrary, though always the same.',
  },
  BothVersions: {
    severity: 'warning',
    cause: 'The same Rollout was given as v1alpha1 and as v1beta1.',
    remedy: 'Remove the v1alpha1 one; v1beta1 is used, since v1alpha1 cannot express all of it.',
  },
  NoStrategy: {
    severity: 'error',
    cause:
      'A Rollout has neither a canary nor a blueGreen strategy. Read as v1alpha1, a blueGreen Rollout looks like this.',
    remedy: 'Give it a strategy, and read it as rollouts.kruise.io/v1beta1.',
  },
  WrongType: {
    severity: 'error',
    cause:
      'A field holds another type than its API says, often a number or boolean that YAML read from an unquoted text.',
    remedy: 'Write the type that the message names, with texts in quotes.',
  },
  UnknownField: {
    severity: 'error',
    cause: 'A field that this API version does not have; the API server would drop it silently.',
    remedy: 'Remove it, or correct its spelling.',
  },
  UnknownMatchType: {
    severity: 'error',
    cause: 'A match has a type other than those of the API.',
    remedy: 'Use one of the types that the message names.',
  },
  EmptyMatch: {
    severity: 'error',
    cause: 'An entry of matches has no condition. It matches nothing, lest it match everybody.',
    remedy: 'Give it headers, queryParams or a path. Path and queryParams need rollouts.kruise.io/v1beta1.',
  },
  RepeatedName: {
    severity: 'warning',
    cause: 'A name occurs twice in the conditions of one entry; only the first counts, as the Gateway API has it.',
    remedy: 'Remove one; alternatives belong in entries of their own.',
  },
  InvalidName: {
    severity: 'error',
    cause: 'A header, query parameter or cookie has a name that cannot occur in a request.',
    remedy: 'Correct the name.',
  },
  InvalidValue: {
    severity: 'error',
    cause: 'A value is empty, too long or has control characters, so no request can have it.',
    remedy: 'Correct the value.',
  },
  InvalidRegex: {
    severity: 'error',
    cause:
      'A regular expression is not within the RE2 syntax that the plugin compiles: look-around and back references are not.',
    remedy: 'Write it without them; it has to match the whole value.',
  },
  HostHeaderMatch: {
    severity: 'error',
    cause: 'A match asks for the header host, which gateways keep apart from the other headers.',
    remedy: 'Use the hosts of the Ingress or HTTPRoute, which become the scope of the rules.',
  },
  TagHeaderMatch: {
    severity: 'error',
    cause: 'A match asks for the tag header, which is removed from what clients send before rules decide.',
    remedy: 'Match on another header; nobody may choose a lane by sending its tag.',
  },
  TooManyConditions: {
    severity: 'error',
    cause: 'An entry has more conditions than the plugin takes in one rule.',
    remedy: 'Use at most 64 conditions in an entry.',
  },
  InvalidHeaderChange: {
    severity: 'error',
    cause: 'A requestHeaderModifier has a change that no gateway can make.',
    remedy: 'Correct the change; none of this modifier is in force until then.',
  },
  NoHeaderChange: {
    severity: 'error',
    cause: 'A step chooses requests, and nothing says which tag they get.',
    remedy: 'Add requestHeaderModifier.set with the tag header, for example x-mse-tag: gray.',
  },
  NoTag: {
    severity: 'warning',
    cause: 'A step changes headers and does not set the tag header, so its requests never reach gray pods of the lane.',
    remedy: 'Set the tag header too, for example x-mse-tag: gray.',
  },
  InvalidTraffic: {
    severity: 'error',
    cause: 'The traffic of a step is no percentage.',
    remedy: 'Write it as "20%", between "0%" and "100%".',
  },
  InvalidStickyKey: {
    severity: 'error',
    cause: 'The annotation graylane.io/sticky-key does not name a header, cookie or query parameter.',
    remedy: 'Write it as header:NAME, cookie:NAME or query:NAME.',
  },
  InvalidMode: {
    severity: 'error',
    cause: 'The annotation graylane.io/mode is neither fallback nor strict; fallback counts.',
    remedy: 'Write fallback or strict.',
  },
  InvalidPriority: {
    severity: 'error',
    cause: 'The annotation graylane.io/priority is no whole number between -1000 and 1000; 0 counts.',
    remedy: 'Write a whole number from -1000 to 1000 in quotes, for example "10".',
  },
  UnknownAnnotation: {
    severity: 'warning',
    cause: 'An annotation graylane.io/NAME is none that graylane knows, so it has no effect.',
    remedy: 'Correct its name: there are graylane.io/mode, priority, scope and sticky-key.',
  },
  SameTag: {
    severity: 'error',
    cause:
      'A Service has gray pods of two Rollouts for one tag, and a tag leads to those of one: of the lane with the larger priority, else of the first by name.',
    remedy: 'Give the lanes different tags, or each Rollout a Service of its own.',
  },
  KruiseSplitsByWeight: {
    severity: 'warning',
    cause:
      'A step with traffic alone belongs to a Rollout with trafficRoutings, so Kruise itself splits by weight, and no tag is set.',
    remedy: 'Use matches in the step, or remove trafficRoutings to let graylane choose the percentage and set the tag.',
  },
  KruiseRouteDiffers: {
    severity: 'warning',
    cause:
      'Kruise itself routes the entry of the lane, and its route takes other requests than get the tag: some meet gray pods of the entry without a tag, or carry a tag and meet its stable ones.',
    remedy: 'Ask only for what the message does not name, or remove trafficRoutings, so that graylane alone decides.',
  },
  KruiseRouteFails: {
    severity: 'error',
    cause:
      'Kruise itself routes the entry of the lane, and its script cannot do it: the Rollout hangs in StepTrafficRouting.',
    remedy: 'Ask for what the script can do, or remove trafficRoutings, so that graylane alone decides.',
  },
  KruiseRouteUnknown: {
    severity: 'warning',
    cause:
      'Kruise itself routes the entry of the lane by a script that it does not bring along, so nobody knows whether it takes the requests that get the tag.',
    remedy: 'Make sure that it does, or remove trafficRoutings, so that graylane alone decides.',
  },
  SharedService: {
    severity: 'warning',
    cause:
      'For a TrafficRouting Kruise has its canary Ingress lead to the same Service as the Ingress, so requests of the lane meet stable and gray pods of the entry by chance.',
    remedy:
      'Give the Rollout of the entry trafficRoutings with the rules, and let the others name it in rollouts.kruise.io/dependency.',
  },
  MemberRulesIgnored: {
    severity: 'warning',
    cause:
      'A member of a lane has matches, traffic or a priority of its own; the rules and the rank of a lane are those of its entry.',
    remedy: 'Move them to the entry, or take the Rollout out of the lane.',
  },
  LaneWithoutRules: {
    severity: 'error',
    cause: 'The entry of a lane has no step with matches, so no request can come into the lane.',
    remedy: 'Give a step of the entry matches and a requestHeaderModifier that sets the tag header.',
  },
  EntryNotFound: {
    severity: 'error',
    cause:
      'The Rollout or TrafficRouting that is named as the entry of the lane does not exist, or more than 64 Rollouts are between.',
    remedy: 'Correct the name, or create the entry.',
  },
  EntryBeingDeleted: {
    severity: 'warning',
    cause: 'The entry of the lane is being deleted, and its rules with it.',
    remedy: 'Create it again, or let the members name another entry.',
  },
  ForeignNamespace: {
    severity: 'error',
    cause: 'A member names an entry of another namespace.',
    remedy: 'Name an entry of the same namespace, without a namespace before it.',
  },
  DependencyCycle: {
    severity: 'error',
    cause: 'Rollouts name each other as entry in a circle.',
    remedy: 'Let one of them name nobody; it is the entry then.',
  },
  TwoEntries: {
    severity: 'error',
    cause: 'A Rollout names two different entries.',
    remedy: 'Keep one of rollouts.kruise.io/dependency, rollouts.kruise.io/trafficrouting and trafficRoutingRef.',
  },
  SameConditions: {
    severity: 'warning',
    cause: 'An earlier rule has the same conditions and scope, so this one never decides.',
    remedy: 'Change the conditions of one of them.',
  },
  LanesOverlap: {
    severity: 'warning',
    cause: 'Two lanes want the same requests, of which the one that comes first gets all.',
    remedy: 'Give one of them other conditions or another scope, or say by graylane.io/priority which comes first.',
  },
  ScopeNotFound: {
    severity: 'error',
    cause: 'The Ingress or HTTPRoute that trafficRoutings names does not exist.',
    remedy: 'Correct the name, or create it; without it, the requests of other applications would be tagged too.',
  },
  ScopeUnknown: {
    severity: 'error',
    cause: 'No Ingress and no HTTPRoute leads to the Service of the entry, so nothing says which requests are its own.',
    remedy:
      'Name one in trafficRoutings, or set the annotation graylane.io/scope: all to let the rules decide on every request.',
  },
  ScopeEmpty: {
    severity: 'error',
    cause: 'The Ingress or HTTPRoute has no path that leads to the Service of the entry.',
    remedy: 'Let one of its paths lead to the Service that trafficRoutings names.',
  },
  ScopeOverlap: {
    severity: 'warning',
    cause: 'Within the paths of the entry, another path leads to another Service; requests to it get the tag too.',
    remedy: 'Give the entry a path or host of its own.',
  },
  ScopeTooLarge: {
    severity: 'error',
    cause: 'The Ingress or HTTPRoute has more hosts or paths than the plugin takes as the scope of a rule.',
    remedy: 'Use at most 64 hosts and 64 paths for the Service of an entry.',
  },
  InvalidScope: {
    severity: 'error',
    cause: 'A host or a path cannot be understood, or the annotation graylane.io/scope has another value than all.',
    remedy: 'Correct it; that host or path is no part of the scope until then.',
  },
  UnknownStatus: {
    severity: 'error',
    cause: 'The status has a value that graylane does not know, perhaps of a newer Kruise.',
    remedy: 'Update graylane; until then the Rollout counts as not releasing.',
  },
  StepOutOfRange: {
    severity: 'error',
    cause: 'The status names a step that the plan does not have.',
    remedy: 'Wait for Kruise to see the new plan; if it stays, correct status.canaryStatus.currentStepIndex.',
  },
  ServiceNotFound: {
    severity: 'warning',
    cause: 'A live member has no Service whose selector its pods satisfy, so calls to it cannot be routed by tag.',
    remedy: 'Create its Service, or name it in trafficRoutings.',
  },
  OnlyGrayReady: {
    severity: 'warning',
    cause: 'Behind the Services of a Rollout no pod is ready but gray ones, so these answer ordinary requests too.',
    remedy: 'See why the other pods are not ready; with the next one that is, ordinary requests are its own again.',
  },
  ForeignPods: {
    severity: 'warning',
    cause:
      'A Service with gray pods has pods of another workload too. While there are gray pods, who routes by revision sends ordinary requests to the stable pods of the Rollout alone.',
    remedy: 'Give each workload a Service of its own.',
  },
  PodsAlike: {
    severity: 'warning',
    cause: 'Nothing tells the gray pods of a live member from its stable ones, so calls to it cannot be routed by tag.',
    remedy: 'Let the status of the Rollout carry podTemplateHash and stableRevision, as Kruise writes them.',
  },
  ApiNotServed: {
    severity: 'warning',
    cause: 'The API server does not serve a kind of object that graylane reads.',
    remedy: 'Install what brings it, for Rollouts OpenKruise Rollouts; what was read last counts for a minute.',
  },
  ApiForbidden: {
    severity: 'error',
    cause: 'The agent lacks the right to read a kind of object, so what it knows of it may be out of date.',
    remedy: 'Grant its ServiceAccount get, list and watch on it, as the chart does; it is tried again by itself.',
  },
  ApiUnreadable: {
    severity: 'error',
    cause: 'The API server, or something that answers in its place, told of objects that have no name or version.',
    remedy: 'See what is between the agent and the API server; all other objects count.',
  },
  ConfigRefused: {
    severity: 'error',
    cause:
      'The plugin refuses the configuration as a whole, or it cannot be compiled, which is a bug of graylane. The last good one stays in force.',
    remedy: 'Please report it with the manifests that lead to it; graylane compile says the same.',
  },
  RefusedByPlugin: {
    severity: 'error',
    cause: 'The plugin refuses a rule; all other rules stay in force.',
    remedy: 'Change what the message names.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
export type Reason = keyof typeof REASONS;

/** Something wrong at one place of one object, before it is known to whom it is told. */
export interface Problem {
  readonly path: string;
  readonly reason: Reason;
  /** What is wrong there, as a sentence without its final full stop. */
  readonly what: string;
}

/** The diagnostic for a problem of that object. */
export function diagnose(object: ObjectRef, { path, reason, what }: Problem): Diagnostic {
  const { severity, remedy } = REASONS[reason];
  return { severity, object, path, reason, message: `${what}. ${remedy}` };
}
