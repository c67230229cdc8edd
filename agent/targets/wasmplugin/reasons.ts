import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Explanation } from '../../model/explanation.ts';

/**
 * What can be wrong with a WasmPlugin: reasons of diagnostics, of outcomes, and of the conditions in its status. Names are
 * stable: people filter by them. docs/wasmplugin.md shows this table.
 */
export const WASM_PLUGIN_REASONS = {
  ConfigBypassed: {
    severity: 'warning',
    cause:
      'The WasmPlugin has spec.matchRules. Requests of which one of these is get its configuration in place of that of the lanes, or none.',
    remedy: 'Remove them, unless they are meant: rules of your own belong in another WasmPlugin.',
  },
  ConfigContested: {
    severity: 'error',
    cause: 'Somebody else changes the configuration again each time that it is put back.',
    remedy: 'Let them leave that field out of what they write; it is tried again every few seconds.',
  },
  ConfigIgnored: {
    severity: 'error',
    cause:
      'The WasmPlugin has spec.defaultConfigDisable or spec.pluginConfig, so Higress gives no gateway what is in spec.defaultConfig.',
    remedy: 'Remove that field from the WasmPlugin.',
  },
  ConfigLarge: {
    severity: 'warning',
    cause: 'The configuration has more than 512 KiB as JSON. It is written; above 1 MiB it would not be.',
    remedy:
      'Release in fewer lanes at once, or split them: one graylane for some namespaces with --watch-namespaces, another one with a WasmPlugin of its own for the rest.',
  },
  ConfigRefused: {
    severity: 'error',
    cause:
      'The plugin refuses the compiled configuration as a whole, or none can be compiled, which is a bug of graylane. The last good one stays, and is kept true.',
    remedy: 'Please report it with the manifests that lead to it; graylane compile says the same.',
  },
  ConfigTooLarge: {
    severity: 'error',
    cause:
      'The configuration has more than 1 MiB as JSON, more than etcd takes with certainty. Rules that are to go are withdrawn; none is added.',
    remedy:
      'Release in fewer lanes at once, or split them: one graylane for some namespaces with --watch-namespaces, another one with a WasmPlugin of its own for the rest.',
  },
  FieldConflict: {
    severity: 'error',
    cause: 'Another field manager has written to the configuration and owns what it wrote.',
    remedy:
      'Let it apply its manifest without that field, or run graylane with --force-conflicts to take the field from it.',
  },
  NotStored: {
    severity: 'error',
    cause:
      'The API server stored something else than what was applied, since somebody else has keys in the same field, or since a webhook changes it.',
    remedy: 'Remove what others put there; the whole field is for graylane.',
  },
  StatusNotWritten: {
    severity: 'warning',
    cause:
      'The status of the WasmPlugin cannot be written, so it tells of another time. The configuration is not affected.',
    remedy: 'Let the agent patch wasmplugins/status, and nobody else write the conditions; it is tried again.',
  },
  TargetMissing: {
    severity: 'error',
    cause: 'There is no WasmPlugin to carry the configuration. graylane makes none, so that it needs no right to.',
    remedy: 'Create it, with the chart or with kubectl; it gets its configuration as soon as it is there.',
  },
  WriteRefused: {
    severity: 'error',
    cause: 'The API server, or a webhook that it asks, refuses the configuration.',
    remedy: 'Do what the message says; it is tried again.',
  },
} as const satisfies Record<string, Explanation>;

/** A stable CamelCase code. */
export type WasmPluginReason = keyof typeof WASM_PLUGIN_REASONS;

/** Something that is wrong with a WasmPlugin. */
export interface Problem {
  readonly reason: WasmPluginReason;
  /** What is wrong and what to do, as sentences. */
  readonly message: string;
}

/** @param what is wrong, as a sentence without its final full stop */
export function problem(reason: WasmPluginReason, what: string): Problem {
  return { reason, message: `${what}. ${WASM_PLUGIN_REASONS[reason].remedy}` };
}

/** A WasmPlugin by its name. */
export interface PluginRef {
  readonly namespace: string;
  readonly name: string;
}

/** The problem of that WasmPlugin as a diagnostic; `path` is the field that it is about. */
export function diagnosticOf({ reason, message }: Problem, { namespace, name }: PluginRef, path: string): Diagnostic {
  const { severity } = WASM_PLUGIN_REASONS[reason];
  return { severity, object: { kind: 'WasmPlugin', namespace, name }, path, reason, message };
}
