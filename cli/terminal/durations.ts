const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in at most two units: `3 h 58 min`, `42 s`. Milliseconds; negative ones are `0 s`. */
export function duration(milliseconds: number): string {
  let rest = Math.max(0, Math.floor(milliseconds / 1000));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count === 0 && parts.length === 0) continue;
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
    // The second unit is the next smaller one, or none.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ') || '0 s';
}

/** How long ago something was, in one unit: `3 h`, for tables. */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  const [unit, size] = units.find(([, unitSize]) => seconds >= unitSize) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** The time of day in UTC, `14:03:22`; with the date where it is not today's. */
export function clock(time: string, now: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return 'an unknown time';
  const [day = '', rest = ''] = at.toISOString().split('T');
  const today = new Date(now).toISOString().slice(0, 10);
  return day === today ? rest.slice(0, 8) : `${day} ${rest.slice(0, 8)}`;
}
