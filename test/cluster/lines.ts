import type { IncomingMessage } from 'node:http';

/** The lines of an answer as they come, without their ends; one that breaks off is left out. Throws when the answer breaks off. */
export async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
