import { Ascii, lengthOf, putLiteral } from './ascii';
import { defineMetric, incrementMetric, recordMetric } from './abi';
import { Lane, Program } from './program';
import { takeScratch } from './scratch';

/** What the gateway shows of the plugin; docs/metrics.md is their table. No name and no value has anything of a request. */

const GAUGE: bool = true;
const COUNTER: bool = false;
const UNKNOWN: i64 = -1;

let strippedTags: i64 = UNKNOWN;

/** Counts a decision for the lane. */
export function countDecision(lane: Lane): void {
  if (lane.isCounted) incrementMetric(lane.counter);
}

/** Counts a request whose client sent a tag. */
export function countStrippedTag(): void {
  if (strippedTags != UNKNOWN) incrementMetric(<u32>strippedTags);
}

/** Defines the counters that requests will need, so that none has to be defined while one waits. */
export function defineCounters(program: Program): void {
  strippedTags = define(COUNTER, 'graylane.stripped_tags');
  let lane: Lane | null = program.lanes;
  while (lane !== null) {
    defineLane(lane);
    lane = lane.next;
  }
}

/** Shows which configuration is in force, and whether the last one was refused. */
export function showConfiguration(revision: u32, isRefused: bool): void {
  record('graylane.config_revision', revision);
  record('graylane.config_rejected', isRefused ? 1 : 0);
  const rejections = define(COUNTER, 'graylane.config_rejections');
  if (isRefused && rejections != UNKNOWN) incrementMetric(<u32>rejections);
}

function record(name: Ascii, value: u32): void {
  const id = define(GAUGE, name);
  if (id != UNKNOWN) recordMetric(<u32>id, value);
}

function define(isGauge: bool, name: Ascii): i64 {
  const text = takeScratch(lengthOf(name));
  if (text == 0) return UNKNOWN;
  return defineMetric(isGauge, text, putLiteral(text, name));
}

/** `graylane.lane.NAME.requests` */
function defineLane(lane: Lane): void {
  const prefix = 'graylane.lane.';
  const suffix = '.requests';
  const text = takeScratch(lengthOf(prefix) + lane.nameLength + lengthOf(suffix));
  if (text == 0) return;
  let length = putLiteral(text, prefix);
  memory.copy(text + length, lane.name, lane.nameLength);
  length += lane.nameLength;
  length += putLiteral(text + length, suffix);
  const id = defineMetric(COUNTER, text, length);
  lane.isCounted = id != UNKNOWN;
  lane.counter = <u32>id;
}
