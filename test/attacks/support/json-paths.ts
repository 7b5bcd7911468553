/** JSON. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** The value with what stands at that path changed; undefined takes it out. */
export function changeAt(
  value: Value,
  [name, ...below]: readonly string[],
  change: (value: Value) => Value | undefined,
): Value {
  if (name === undefined) return value;
  const part = isList(value) ? value[Number(name)] : isMembers(value) ? value[name] : undefined;
  const made = below.length === 0 ? change(part ?? null) : changeAt(part ?? null, below, change);
  if (isList(value))
    return value.flatMap((one, index) => (String(index) !== name ? [one] : made === undefined ? [] : [made]));
  if (!isMembers(value)) return value;
  const { [name]: _before, ...rest } = value;
  return made === undefined ? rest : { ...rest, [name]: made };
}

/** The paths of all that is in a value: `/plan/quorum/approvers`. */
export function pathsOf(value: Value, path = ''): string[] {
  const parts = isList(value) || isMembers(value) ? Object.entries(value) : [];
  return parts.flatMap(([name, part]) => [`${path}/${name}`, ...pathsOf(part, `${path}/${name}`)]);
}

/** Whether it is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether it is an object with members. */
export function isMembers(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !isList(value);
}
