import { unpacked } from '../compile/packing.ts';
import { at, isFields } from '../model/json.ts';
import type { Judge } from './judge.ts';
import { type Position, PositionedText } from './position.ts';
import { handedConfig, isWasmPlugin } from './wasmplugin-config.ts';

/** One thing that is wrong with a configuration. */
export interface Finding {
  /** CamelCase. */
  readonly code: string;
  /** JSON pointer into the file; undefined when it is about the file as a text. */
  readonly pointer: string | undefined;
  /** Id of the rule; empty when it is about none. */
  readonly rule: string;
  readonly message: string;
  readonly position: Position | undefined;
}

/** A configuration that a person has: as such, within a WasmPlugin, or within what `graylane compile` printed. */
export interface ConfigFile {
  /** What the plugin gets. */
  readonly config: Uint8Array | string;
  /** The same as a value. */
  readonly value: unknown;
  /** What keeps it from being a configuration, whatever the plugin says. */
  readonly findings: readonly Finding[];
  /** The path in the file of what stands at that path of the configuration. */
  readonly origin: (path: readonly string[]) => readonly string[];
  /** Where in the file something stands. */
  readonly locate: (path: readonly string[]) => Position | undefined;
}

/**
 * Reads a configuration that may be JSON or YAML. What begins like a JSON object is one, unless the name says that it is YAML: as such
 * a gateway would get it. Never throws.
 */
export function readConfig(bytes: Uint8Array, name: string): ConfigFile {
  const text = new TextDecoder().decode(bytes);
  const json = parsedJson(text);
  // JSON goes to the plugin byte by byte, so that it also sees what parsing would hide, repeated keys for example.
  if (json !== undefined) return understood(json.value, bytes, text);
  if (/^\s*\{/.test(text) && !/\.ya?ml$/i.test(name)) return { ...broken(text), config: bytes, findings: [] };
  const yaml = parsedYaml(text);
  if ('finding' in yaml) return { ...broken(text), config: bytes, findings: [yaml.finding] };
  if (!isUtf8(bytes))
    return { ...broken(text), config: bytes, findings: [textFinding('InvalidUtf8', 'The file is not UTF-8')] };
  const { value } = yaml;
  return understood(value ?? {}, value === null || value === undefined ? '' : JSON.stringify(value), text);
}

/** Everything that is wrong with it, the plugin's opinion last. Empty when it is good; then the plugin has it in force. */
export function findingsOf(
  file: ConfigFile,
  judge: Judge,
): { readonly findings: readonly Finding[]; readonly gauge: number } {
  if (file.findings.length > 0) return { findings: file.findings, gauge: 0 };
  const verdict = judge.judge(file.config);
  if (verdict.accepted) return { findings: [], gauge: verdict.gauge };
  const { code, pointer, rule, message } = verdict.error;
  const path = file.origin(pointer.split('/').slice(1).map(unescaped));
  return { findings: [{ code, pointer: pointerOf(path), rule, message, position: file.locate(path) }], gauge: 0 };
}

function understood(value: unknown, config: Uint8Array | string, text: string): ConfigFile {
  const locate = (path: readonly string[]): Position | undefined => positioned(text)?.locate(path);
  if (isWasmPlugin(value)) {
    const handed = handedConfig(value);
    const finding = (code: string, path: readonly string[], message: string): Finding => {
      return { code, pointer: pointerOf(path), rule: '', message, position: locate(path) };
    };
    const unbound = 'The rule has no ingress, domain or service, so Higress ignores the whole WasmPlugin';
    return {
      config: JSON.stringify(handed.config),
      value: unpacked(handed.config),
      findings: [
        ...handed.misspelt.map(({ key, meant }) =>
          finding('UnknownKey', ['spec', key], `It is ignored; ${meant} is meant`),
        ),
        ...handed.unbound.map((index) => finding('UnboundMatchRule', ['spec', 'matchRules', String(index)], unbound)),
      ],
      origin: handed.origin,
      locate,
    };
  }
  if (isPrinted(value)) {
    const inner = at(value, 'config');
    return {
      config: JSON.stringify(inner),
      value: unpacked(inner),
      findings: [],
      origin: (path) => ['config', ...path],
      locate,
    };
  }
  return { config, value: unpacked(value), findings: [], origin: (path) => path, locate };
}

/** True for what `graylane compile --output json` prints. */
function isPrinted(value: unknown): boolean {
  return isFields(value) && isFields(value['config']) && Array.isArray(value['lanes']) && !('rules' in value);
}

/** For a text that is none: what the plugin says about it has the place of what makes it no YAML. */
function broken(text: string): Pick<ConfigFile, 'value' | 'origin' | 'locate'> {
  return { value: undefined, origin: (path) => path, locate: () => positioned(text)?.error?.position };
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function parsedYaml(text: string): { readonly value: unknown } | { readonly finding: Finding } {
  try {
    const yaml = new PositionedText(text);
    const { error } = yaml;
    if (error === undefined) return { value: yaml.value() };
    return { finding: textFinding('InvalidYaml', error.message, error.position) };
  } catch (error) {
    return { finding: textFinding('InvalidYaml', error instanceof Error ? error.message : String(error)) };
  }
}

/** Undefined for a text that is nested too deeply to be looked at. */
function positioned(text: string): PositionedText | undefined {
  try {
    return new PositionedText(text);
  } catch {
    return undefined;
  }
}

function textFinding(code: string, message: string, position?: Position): Finding {
  return { code, pointer: undefined, rule: '', message, position };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
