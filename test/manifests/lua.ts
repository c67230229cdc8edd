import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { isFields } from '../../agent/model/json.ts';

const PROGRAM = 'lua5.1';
const isThere = spawnSync(PROGRAM, ['-v']).status === 0;

if (!isThere) {
  const message = `these tests need ${PROGRAM}: apt-get install ${PROGRAM}`;
  if (process.env['CI']) throw new Error(message);
  console.log(`Tests of health scripts are skipped: ${message}`);
}

/** Tests that run Lua. Where there is none they are skipped, and a line says why; with `CI` set they fail. */
export const describeWithLua = describe.skipIf(!isThere);

/** What a health script says of an object. */
export interface Health {
  readonly status: string;
  readonly message: string;
}

/**
 * Runs a health script of Argo CD on each object, as Argo CD does: with Lua 5.1, the object as `obj`, and none of Lua's libraries
 * but its basic functions. An error of the script becomes the status `error`.
 */
export function healths(script: string, objects: readonly unknown[]): readonly Health[] {
  const program = [
    `local script = ${literal(script)}`,
    'local objects = {',
    ...objects.map((object) => `function() return ${literal(object)} end,`),
    '}',
    'local basic = { ipairs = ipairs, pairs = pairs, next = next, tonumber = tonumber, tostring = tostring, type = type }',
    'for index, made in ipairs(objects) do',
    '  local run = assert(loadstring(script))',
    '  basic.obj = made()',
    '  setfenv(run, basic)',
    '  local ok, answer = pcall(run)',
    '  if not ok then answer = { status = "error", message = answer } end',
    '  print(answer.status .. "\\t" .. answer.message)',
    'end',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync(PROGRAM, ['-'], { input: program, encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.split('\n').slice(0, objects.length);
  return lines.map((line) => ({ status: line.split('\t')[0] ?? '', message: line.split('\t')[1] ?? '' }));
}

/** A JSON value as Lua writes it. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`;
  if (isFields(value)) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `[${literal(name)}]=${literal(inner)}`)
      .join(',')}}`;
  }
  if (typeof value !== 'string') return String(value);
  const bytes = [...Buffer.from(value)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, '0')}`,
  );
  return `"${bytes.join('')}"`;
}
