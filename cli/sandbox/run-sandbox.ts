import { untilAborted } from '../../runtime/waiting.ts';
import { takeLock } from '../../local/lock.ts';
import { stopOnSignals } from '../../local/stop-signals.ts';
import { ensureFolder, readConnectionDetails, statePaths } from '../../runtime/state-folder.ts';
import type { Reality } from '../../sandbox/kernel/reality.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { say, tell } from '../terminal/output.ts';

/** Runs a sandbox alone, on the state that `up` uses in that folder, until it is told to stop. Throws where `up` runs there. */
export async function runSandbox(stateDir: string, basePort: number, reality: Reality): Promise<void> {
  const paths = statePaths(stateDir);
  await ensureFolder(paths.root);
  await readConnectionDetails(paths.root);
  const lock = await takeLock(paths.lock, paths.root);
  try {
    const signal = stopOnSignals(tell);
    const sandbox = await startSandbox({ basePort, stateFile: paths.sandboxState, reality });
    say(`The sandbox listens on 127.0.0.1, ports ${basePort} to ${basePort + 9}; its project is ${sandbox.project}.`);
    say(`What it can be told: curl http://127.0.0.1:${basePort}/`);
    say('Ctrl-C stops it.');
    await untilAborted(signal);
    await sandbox.close();
  } finally {
    await lock.release();
  }
}
