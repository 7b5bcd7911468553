/** One Ctrl-C may arrive several times: from the terminal, from npm and from a launcher. Milliseconds in which they count as one. */
const sameRequest = 2_000;

/**
 * Aborted at the first SIGINT, SIGTERM or SIGHUP, so that everything ends in order. A second one, given later, ends this process at once;
 * its children notice and end by themselves.
 */
export function stopOnSignals(log: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const handle = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort(new Error(`stopped by ${signal}`));
    } else if (Date.now() - first > sameRequest) {
      log('stopping at once');
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  return controller.signal;
}
