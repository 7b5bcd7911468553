/** The value. Throws where there is none. */
export function isThere<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new TypeError('what the bench has seeded is not there');
  return value;
}
