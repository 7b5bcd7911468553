import type { Executable } from './executables.ts';
import { run } from './run.ts';

/** The version that the executable prints; `unknown` where it cannot print one. Throws RunError. */
export async function versionOf(executable: Executable, path: string): Promise<string> {
  if (!executable.versionArguments) return 'unknown';
  const text = await run(path, executable.versionArguments, { timeout: 10_000 });
  return /\b(\d+\.\d+\.\d+)\b/.exec(text)?.[1] ?? 'unknown';
}

/** Whether version `a` is older than `b`; both `major.minor.patch`. */
export function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) < 0;
}
