import { GraylaneError } from '../errors.ts';
import { ROUTE_FORMATS, type RouteFormat } from '../targets/routes/formats.ts';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';

const FORMATS: Readonly<Record<string, RouteFormat>> = ROUTE_FORMATS;
/** What `--routes` takes. */
export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);

/** Longer than any gateway takes to learn of a change, in seconds: Istio collects changes for up to 10 s. */
export const DEFAULT_WAIT_S = 10;
const MAX_WAIT_S = 3600;

/** What says which routes are written beside the WasmPlugin. */
export const ROUTE_OPTIONS: readonly Option[] = [
  {
    name: 'routes',
    value: 'A,B',
    description: `With a WasmPlugin as the target: keep routes for tagged requests as well, in these forms: ${FORMAT_NAMES.join(', ')}. Default: none.`,
  },
  {
    name: 'routes-wait',
    value: 'SECONDS',
    default: String(DEFAULT_WAIT_S),
    description: 'For how long a route stays after its tag was taken off, until every gateway knows.',
  },
];

/** The forms of routes that are to be written. Throws a GraylaneError for what is none, or goes with no such target. */
export function routeFormatsOf(given: Arguments): readonly RouteFormat[] {
  const text = given.text('routes');
  if (text === undefined) return [];
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (format !== undefined) return format;
    throw new GraylaneError(
      'InvalidOption',
      `--routes takes ${FORMAT_NAMES.join(', ')} with commas between, not ${text}`,
    );
  });
}

/** The waiting time that the option of that name says, in milliseconds. Throws a GraylaneError for what is no number of seconds. */
export function waitOf(given: Arguments, option: 'routes-wait' | 'wait'): number {
  const text = given.need(option);
  const seconds = Number(text);
  if (/^\d{1,4}(\.\d+)?$/.test(text) && seconds <= MAX_WAIT_S) return seconds * 1000;
  throw new GraylaneError('InvalidOption', `--${option} takes seconds from 0 to ${MAX_WAIT_S}, not ${text}`);
}
