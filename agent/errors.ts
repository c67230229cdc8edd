interface Explanation {
  /** Stable: people search for it. GL1 usage, GL2 input, GL3 plugin, GL4 output, GL5 the API server, GL6 a release, GL9 a bug of graylane. */
  readonly code: string;
  /** When this happens. */
  readonly cause: string;
  /** What to do next; stands at the end of the message. */
  readonly remedy: string;
}

/** Everything that can keep `graylane` from doing what it was asked to. docs/errors.md shows this table. */
export const ERRORS = {
  UnknownCommand: {
    code: 'GL1001',
    cause: 'The first word after graylane is none of its commands.',
    remedy: 'Run graylane --help to see them.',
  },
  UnknownOption: {
    code: 'GL1002',
    cause: 'The command does not have this option.',
    remedy: 'Run the command with --help to see its options.',
  },
  InvalidOption: {
    code: 'GL1003',
    cause: 'An option has no value, more than one, or one that it cannot have.',
    remedy: 'Run the command with --help to see what it takes.',
  },
  MissingArgument: {
    code: 'GL1004',
    cause: 'The command was not told what it needs to know.',
    remedy: 'Run the command with --help to see how it is used.',
  },
  ExtraArgument: {
    code: 'GL1005',
    cause: 'The command was told more than it takes, or two things that exclude each other.',
    remedy: 'Leave one of them out.',
  },
  InputNotFound: {
    code: 'GL2001',
    cause: 'There is no file or folder of the name that was given.',
    remedy: 'Correct the path.',
  },
  InputUnreadable: {
    code: 'GL2002',
    cause: 'A file or folder is there and cannot be read.',
    remedy: 'Let this user read it, or name another one.',
  },
  ConfigRefused: {
    code: 'GL2003',
    cause: 'The plugin does not take the configuration, so no request can be explained by it.',
    remedy: 'Correct what is said above it; graylane check says the same.',
  },
  InvalidRequest: {
    code: 'GL2004',
    cause: 'A request that is to be explained is malformed.',
    remedy:
      'Write it like http://example.com/path with -H "name: value", or one JSON object a line; see graylane explain --help.',
  },
  PluginMissing: {
    code: 'GL3001',
    cause: 'plugin.wasm, the part of graylane that decides, is not where it was installed.',
    remedy: 'Install graylane again, or run npm run build in its source.',
  },
  PluginUnusable: {
    code: 'GL3002',
    cause: 'plugin.wasm is there and cannot be loaded.',
    remedy: 'Install graylane again, or run npm run build in its source.',
  },
  OutputFailed: {
    code: 'GL4001',
    cause: 'The result cannot be written, for instance since the disk is full.',
    remedy: 'Make room, or write it somewhere else.',
  },
  TargetUnwritable: {
    code: 'GL4002',
    cause: 'The folder of the target cannot be written.',
    remedy: 'Let this user write it, or name another folder.',
  },
  ListenFailed: {
    code: 'GL4003',
    cause: 'The agent cannot listen where it is to serve its API, for instance since something listens there already.',
    remedy: 'Let it serve on another address or port, or end what has that one.',
  },
  KubeconfigUnusable: {
    code: 'GL5001',
    cause: 'The kubeconfig is missing or cannot be read, it has no such context, or its credentials cannot be used.',
    remedy: 'Name another with --kubeconfig or --context; kubectl config get-contexts lists them.',
  },
  ApiUnreachable: {
    code: 'GL5002',
    cause: 'The API server of the cluster does not answer.',
    remedy: 'See that the cluster is up and the context the right one; kubectl cluster-info asks the same server.',
  },
  ApiUntrusted: {
    code: 'GL5003',
    cause: 'The certificate of the API server is not trusted or has expired.',
    remedy: 'Renew it, or correct certificate-authority in the kubeconfig.',
  },
  ApiUnauthorized: {
    code: 'GL5004',
    cause: 'The API server does not accept the credentials: a token or client certificate is wrong or has expired.',
    remedy: 'Log in again, or name another context with --context.',
  },
  ApiForbidden: {
    code: 'GL5005',
    cause: 'The API server does not let this user do what is needed.',
    remedy: 'Ask for that right; kubectl auth can-i says what this user may do.',
  },
  ApiObjectMissing: {
    code: 'GL5006',
    cause: 'There is no object of that name in the cluster.',
    remedy: 'Correct the name, or say in which namespace it is with -n.',
  },
  ApiGroupMissing: {
    code: 'GL5007',
    cause: 'The cluster does not serve an API that is needed.',
    remedy: 'Install what brings it, or name another cluster with --context.',
  },
  ApiRefused: {
    code: 'GL5008',
    cause: 'The API server refused a request for another reason.',
    remedy: 'Do what its message says, and try again.',
  },
  WebhookUnavailable: {
    code: 'GL5009',
    cause:
      "An admission webhook does not answer. While Kruise's controller is down, its webhook refuses every change of a workload.",
    remedy:
      'Bring the controller behind the webhook back; for Kruise, kubectl get pods -n kruise-rollout. Then try again.',
  },
  WasmPluginMissing: {
    code: 'GL5011',
    cause: 'There is no WasmPlugin of that name in that namespace, so there is no configuration to look at.',
    remedy: 'Name it with --object and --target, or create it with the chart.',
  },
  AgentLeads: {
    code: 'GL5010',
    cause: 'An agent holds the Lease and writes, so it would bring back what is taken away.',
    remedy:
      'Stop the agents first, as helm uninstall or kubectl scale --replicas=0 does; with --force nobody asks for the Lease.',
  },
  LaneNotFound: {
    code: 'GL6001',
    cause: 'There is no lane of that name, and no Rollout of that name is in a lane.',
    remedy: 'graylane get lanes -A lists them.',
  },
  NothingToApprove: {
    code: 'GL6002',
    cause: 'The Rollout does not wait for an approval.',
    remedy: 'Wait until its step is StepPaused; graylane describe lane shows where it is.',
  },
  ApprovalNotTaken: {
    code: 'GL6003',
    cause: 'The approval was written, and Kruise did not go on to the next step in time.',
    remedy:
      "See whether Kruise's controller is running: kubectl get pods -n kruise-rollout. The approval stays, and is taken up when it runs again.",
  },
  NothingToRollBack: {
    code: 'GL6004',
    cause: 'No release is under way that could be rolled back, or the one under way is past that.',
    remedy: 'To go back to a version before the stable one, release it like a new one.',
  },
  RevisionNotFound: {
    code: 'GL6005',
    cause: 'The revision that the Rollout calls stable is not among those that the workload keeps.',
    remedy: 'Put the pod template back by hand or from the repository; revisionHistoryLimit says how many are kept.',
  },
  WorkloadUnsupported: {
    code: 'GL6006',
    cause: 'The Rollout names no workload, or one of a kind whose revisions graylane cannot read.',
    remedy: 'Put the pod template back by hand or from the repository.',
  },
  CompiledConfigRefused: {
    code: 'GL9001',
    cause: 'The plugin refuses what the compiler made, and not for one rule alone. Nothing was printed or written.',
    remedy: 'Please report it with the manifests that lead to it.',
  },
  Unexpected: {
    code: 'GL9002',
    cause: 'Something happened that graylane was not made for.',
    remedy: 'Please report it; with DEBUG=1 in the environment, graylane shows where it happened.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase name. */
export type ErrorName = keyof typeof ERRORS;

/** Something that a user can do something about; everything else that is thrown is a bug. */
export class GraylaneError extends Error {
  override readonly name = 'GraylaneError';
  readonly kind: ErrorName;

  /** @param what the special case, as a sentence without its final full stop */
  constructor(kind: ErrorName, what: string, options?: ErrorOptions) {
    super(what, options);
    this.kind = kind;
  }

  get code(): string {
    return ERRORS[this.kind].code;
  }
}

/** What is shown to the user: what happened, and what to do next. With `debug`, where it happened too. */
export function describeError(error: unknown, debug: boolean): string {
  const known = knownError(error);
  const { code, remedy } = ERRORS[known.kind];
  const isBug = code.startsWith('GL9');
  const head = isBug ? `internal error ${code}, please report` : `error ${code}`;
  const end = /[.?!]$/.test(known.message) ? '' : '.';
  const shown = `${head}: ${known.message}${end} ${remedy}`;
  const stack = error instanceof Error ? error.stack : undefined;
  return debug && stack !== undefined ? `${shown}\n${stack}` : shown;
}

/** The error itself, or for whatever else was thrown the one that stands for a bug. */
export function knownError(error: unknown): GraylaneError {
  if (error instanceof GraylaneError) return error;
  return new GraylaneError('Unexpected', error instanceof Error ? error.message : String(error), { cause: error });
}

/** The error for something that the file system refused; other errors stay as they are. */
export function fileError(error: unknown, kind: ErrorName, path: string): unknown {
  const isKnown = error instanceof GraylaneError;
  const code = error instanceof Error && !isKnown ? Reflect.get(error, 'code') : undefined;
  if (typeof code !== 'string') return error;
  if (kind === 'InputUnreadable' && code === 'ENOENT') {
    return new GraylaneError('InputNotFound', `There is nothing at ${path}`, { cause: error });
  }
  const why = FILE_PROBLEMS.get(code) ?? code;
  return new GraylaneError(kind, `${path}: ${why}`, { cause: error });
}

const FILE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EEXIST', 'there is a file where a folder is needed'],
  ['EISDIR', 'it is a folder where a file is needed'],
  ['ENOENT', 'it does not exist'],
  ['ENOSPC', 'no space left on the disk'],
  ['ENOTDIR', 'there is a file where a folder is needed'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system cannot be written'],
]);
