import { StringDecoder } from 'node:string_decoder';
import { ApiError } from './api-server.ts';

/** Far beyond any object that etcd keeps; a stream without line ends must not fill the memory. */
const MAX_LINE = 32 * 1024 * 1024;

/**
 * The lines of a stream of UTF-8. What comes after the last line end is no line: the stream was cut in the middle of one,
 * and half a line may look like a whole one. Then it throws an ApiError.
 *
 * @param noticed called whenever something came
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, noticed: () => void): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // The beginnings of a line that is still coming, so that a long one is not copied once a chunk.
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    noticed();
    const [head = '', ...rest] = decoder.write(chunk).split('\n');
    parts.push(head);
    length += head.length;
    for (const next of rest) {
      const line = parts.join('').replace(/\r$/, '');
      parts = [next];
      length = next.length;
      if (line !== '') yield line;
    }
    if (length > MAX_LINE) throw new ApiError(`a line of more than ${MAX_LINE} characters`);
  }
  if (parts.join('') + decoder.end() !== '') throw new ApiError('the stream was cut in the middle of a line');
}
