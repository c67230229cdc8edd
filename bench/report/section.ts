import { table } from './table.ts';

/** Something that must come out. */
export interface Target {
  /** What is measured, and what is asked of it. */
  readonly goal: string;
  readonly measured: string;
  readonly isMet: boolean;
  /** By how much it is missed and why, and what was tried; shown when it is missed. */
  readonly why?: string;
}

/** What one part of the benchmarks found. */
export interface Section {
  readonly title: string;
  /** Where and how it was measured. */
  readonly preamble: string;
  readonly targets: readonly Target[];
  /** Tables and remarks, in Markdown. */
  readonly body: readonly string[];
}

/** The section as it stands in the results. */
export function markdownOf({ title, preamble, targets, body }: Section): string {
  const rows = targets.map(({ goal, measured, isMet }) => [goal, measured, isMet ? 'met' : '**missed**']);
  const verdicts = targets.length === 0 ? [] : [table([['target', 'measured', ''], ...rows])];
  const reasons = targets.filter(({ isMet }) => !isMet).map(({ goal, why }) => `Missed: ${goal}. ${why ?? ''}`.trim());
  return [`## ${title}`, preamble, ...verdicts, ...reasons, ...body].join('\n\n');
}
