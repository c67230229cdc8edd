import type { Target } from '../report/section.ts';
import { spreadOf } from '../report/statistics.ts';
import { change, figure, spread } from '../report/table.ts';
import { SITUATIONS, type Situation } from './cells.ts';
import { type Costs, cellName } from './rounds.ts';
import { costsOver } from './tables.ts';
import type { Updates } from './update.ts';

/** Microseconds that a decision may cost over a plugin that does nothing. */
const MAX_ADDED: Readonly<Record<Situation, number>> = { absent: 1, 'no match': 4, match: 5 };
/** Microseconds within which costs count as the same. */
const FLAT = 1;
const MAX_IN_FORCE_MS = 150;
const MAX_DELAY_MS = 20;

/** Why what is missed is missed, and what was tried. */
const WHY = {
  empty:
    'Three calls that find nothing (the header, the tag, its spelling with underscores) cost Envoy about 0.1 us each, and are the least that removing tags allows. ' +
    'The plugin itself needs less than 0.1 us (see the first part). Tried: functions called once put in place, names compared by their lengths first, which halved that part.',
  lua:
    'An entry into the VM costs what the empty plugin costs over no filter, about as much as all of Lua; a value that is delivered enters it once more. ' +
    'Tried: one delivery per request, no export that is not needed, no call that a configuration does not need.',
  delay:
    'Envoy has one core here: its main thread, which reads the file and tries the configuration in a VM of its own, takes turns with the worker, ' +
    'which reads 100,000 ids in about 10 ms. Tried: finding the ends of strings eight bytes at a time, which took 2 ms off each of the three readings.',
} as const;

/** What is asked of a decision. */
export function gatewayTargets(costs: Costs): readonly Target[] {
  return [
    ...SITUATIONS.map((situation) => overEmpty(costs, situation)),
    ...SITUATIONS.map((situation) => overLua(costs, situation)),
    isFlat(costs),
  ];
}

/** What is asked of an update. */
export function updateTargets({ inForce, delays }: Updates): readonly Target[] {
  const time = spreadOf(inForce);
  const delay = spreadOf(delays);
  return [
    {
      goal: `a configuration of 100,000 ids is in force within ${MAX_IN_FORCE_MS} ms`,
      measured: `${spread(time)} ms, at most ${figure(time.max)}`,
      isMet: time.median <= MAX_IN_FORCE_MS,
      why: WHY.delay,
    },
    {
      goal: `no request is delayed by more than ${MAX_DELAY_MS} ms meanwhile`,
      measured: `at most ${figure(delay.max)} ms`,
      isMet: delay.max <= MAX_DELAY_MS,
      why: WHY.delay,
    },
  ];
}

function overEmpty(costs: Costs, situation: Situation): Target {
  const added = spreadOf(costsOver(costs, cellName('graylane', situation), cellName('empty plugin', situation)));
  const most = MAX_ADDED[situation];
  return {
    goal: `header ${inWords(situation)}: at most +${most} us over the empty plugin`,
    measured: `${change(added, 2)} us`,
    isMet: added.median <= most,
    why: WHY.empty,
  };
}

function overLua(costs: Costs, situation: Situation): Target {
  const added = spreadOf(costsOver(costs, cellName('graylane', situation), cellName('Lua', situation)));
  return {
    goal: `header ${inWords(situation)}: not above the Lua filter`,
    measured: `${change(added, 2)} us`,
    isMet: added.median <= 0,
    why: WHY.lua,
  };
}

function isFlat(costs: Costs): Target {
  const added = spreadOf(costsOver(costs, cellName('graylane, 100,000 ids', 'match'), cellName('graylane', 'match')));
  return {
    goal: `100,000 ids cost what one id costs, within ${FLAT} us`,
    measured: `${change(added, 2)} us`,
    isMet: added.median <= FLAT,
  };
}

function inWords(situation: Situation): string {
  return situation === 'absent' ? 'absent' : `there, ${situation}`;
}
