import { invalidArgument } from '../kernel/refuse.ts';

const term =
  /^(?:(NOT)\s+)?(?:attributes:([\w.-]+)|attributes\.([\w.-]+)\s*=\s*"([^"\\]*)"|hasPrefix\(\s*attributes\.([\w.-]+)\s*,\s*"([^"\\]*)"\s*\))$/;

/**
 * Whether a subscription with that filter gets a message with those attributes: terms joined by AND, each with an optional NOT. A message that it does
 * not let through is acknowledged by Pub/Sub itself. Throws INVALID_ARGUMENT for what the sandbox does not read. Source: Pub/Sub, filter messages.
 */
export function passes(filter: string, attributes: Readonly<Record<string, string>>): boolean {
  if (filter.trim() === '') return true;
  return filter.split(/\s+AND\s+/).every((text) => {
    const [whole, not, key, equal, value, prefixed, prefix = ''] = term.exec(text.trim()) ?? [];
    if (whole === undefined)
      throw invalidArgument(
        `filter: the sandbox reads attributes:KEY, attributes.KEY = "V" and hasPrefix only, not ${text}`,
      );
    const found =
      key !== undefined
        ? Object.hasOwn(attributes, key)
        : equal !== undefined
          ? attributes[equal] === value
          : attributes[prefixed ?? '']?.startsWith(prefix) === true;
    return not === undefined ? found : !found;
  });
}
