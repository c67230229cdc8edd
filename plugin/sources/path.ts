import { indexOfByte } from '../bytes';
import { Source } from '../program';
import { loadSource } from './source';
import { PATH_HEADER } from './well-known';

/** `:path` up to the query. */
export function readPath(source: Source): void {
  loadSource(PATH_HEADER);
  if (PATH_HEADER.length < 0) return;
  source.value = PATH_HEADER.value;
  source.length = indexOfByte(PATH_HEADER.value, PATH_HEADER.length, 0x3f);
}
