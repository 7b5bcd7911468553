import { demonstrationCases, playDemonstration } from '../../local/demonstration.ts';
import { stopOnSignals } from '../../local/stop-signals.ts';
import { up } from '../../local/up.ts';
import { readConfiguration } from '../../runtime/configuration.ts';
import { ensureTrust } from '../../runtime/first-trust.ts';
import type { ConnectionDetails } from '../../runtime/state-folder.ts';
import { withTrustLock } from '../analysts/trust-lock.ts';
import { logLine } from '../terminal/log-line.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { useOwnSystem } from './own-system.ts';
import { watchCases } from './watch-cases.ts';

/** What `firebreak up` is asked for. */
export interface RunUpOptions {
  readonly stateDir: string;
  readonly port: number | undefined;
  readonly demo: boolean;
  /** `NAME=WAY`: see the sandbox. */
  readonly reality: readonly string[];
  readonly typed: (words: string) => string;
}

/** Starts everything, plays the demonstration, tells what happens until it is stopped. Throws what went wrong, with nothing left running. */
export async function runUp({ stateDir, port, demo, reality, typed }: RunUpOptions): Promise<void> {
  const log = (line: string): void => logLine(line);
  log('Firebreak starts; Ctrl-C stops it. Times are UTC.');
  // Everything that is wrong with the configuration is said before anything starts, also what `up` does not use.
  await readConfiguration(stateDir);
  const ignored = useOwnSystem(process.env, stateDir);
  if (ignored.length > 0) log(`not used here, since this is a system of its own: ${ignored.join(', ')}`);
  const { paths } = await readConfiguration(stateDir);
  await withTrustLock(paths, () => ensureTrust(paths));
  const signal = stopOnSignals(log);
  let system;
  try {
    system = await up({ stateDir, port, reality, log, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    log('stopped while it was starting');
    return;
  }
  greet(system.details, log);
  const broken = new AbortController();
  const watching = AbortSignal.any([signal, broken.signal]);
  const watched = demo
    ? demonstrate({ stateDir, details: system.details, log, typed, signal: watching })
    : Promise.resolve();
  watched.catch((error: unknown) =>
    log(`the demonstration ended: ${error instanceof Error ? error.message : String(error)}`),
  );
  const reason = await system.ended;
  broken.abort();
  await Promise.allSettled([watched]);
  if (reason !== undefined) throw reason;
  log('everything has stopped; start it again to go on where it was');
}

function greet({ temporalUi, temporalAddress, sandbox }: ConnectionDetails, log: (line: string) => void): void {
  log(`running. Temporal at ${temporalAddress}, its UI at ${temporalUi}, the sandbox at ${sandbox}`);
}

async function demonstrate(options: {
  readonly stateDir: string;
  readonly details: ConnectionDetails;
  readonly log: (line: string) => void;
  readonly typed: (words: string) => string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { stateDir, details, log, typed, signal } = options;
  const cases = demonstrationCases();
  const played = await playDemonstration(details.sandbox);
  log(
    played === 'published'
      ? `demonstration: SCC reports ${cases.length} threats over Pub/Sub, on ${cases.map(({ name }) => name).join(' and ')}`
      : 'the demonstration goes on where it was',
  );
  await watchCases(await readConfiguration(stateDir), {
    cases,
    fromTheBeginning: played === 'published',
    log,
    hint,
    typed,
    signal,
  });
}

/** What to type stands apart, without a time before it and unbroken, so that it can be copied. */
function hint(lines: readonly string[]): void {
  const paint = paintFor(process.stdout);
  process.stdout.write(
    `\n${lines.map((line) => (line.startsWith(' ') ? paint.strong(shown(line)) : shown(line))).join('\n')}\n\n`,
  );
}
