import { sha256Hex } from '../../model/digest.ts';
import type { RungContext } from './rung.ts';

/** The longest name of a revision. Source: run/v2, RevisionTemplate.revision. */
const longest = 63;

/**
 * A name for a revision that this case makes: the service's, a mark (`fbq`), and six hex digits of the case's digest; of the digest's own
 * digest where a revision of that name is there already, as when the case was reopened.
 */
export function newRevisionName(context: RungContext, mark: string, digest = sha256Hex(context.case)): string {
  const { name, revisions } = context.settings;
  const end = `-${mark}-${digest.slice(0, 6)}`;
  const candidate = `${name.slice(0, longest - end.length).replace(/-+$/, '')}${end}`;
  const taken = revisions.some((revision) => revision.name === candidate);
  return taken ? newRevisionName(context, mark, sha256Hex(digest)) : candidate;
}
