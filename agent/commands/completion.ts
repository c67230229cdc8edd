import type { Command } from './command.ts';
import { SHELLS, scriptFor } from './completion-script.ts';

/** `graylane completion`: what makes a shell complete the command. */
export const completion: Command = {
  usage: {
    name: 'completion',
    summary: 'Print a script that lets a shell complete commands, options and names of Rollouts.',
    forms: [SHELLS.join('|')],
    positionals: [{ name: 'SHELL', required: true, choices: SHELLS, description: `The shell: ${SHELLS.join(', ')}.` }],
    options: [],
    exits: [{ code: 1, meaning: 'could not run' }],
    examples: [
      'source <(graylane completion bash)',
      'graylane completion fish > ~/.config/fish/completions/graylane.fish',
    ],
  },
  run: async ({ positionals }, { out }) => {
    await out.write(scriptFor(positionals[0] ?? ''));
    return 0;
  },
};
