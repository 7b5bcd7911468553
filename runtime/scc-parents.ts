import type { Configuration } from './configuration.ts';
import { UserError } from './errors.ts';

/** `organizations/N`, `folders/N` and `projects/N` whose findings are ours. Throws UserError (wrong configuration) where none is set. */
export function sccParents({ sccParents: parents }: Pick<Configuration, 'sccParents'>): readonly string[] {
  if (parents.length > 0) return parents;
  throw new UserError(
    'whose findings are to be answered is not known: set FIREBREAK_SCC_PARENTS to the organizations, folders or projects by number, separated ' +
      'by commas, such as organizations/123456789012. Everybody else’s become dead letters.',
    2,
  );
}
