// The worker as `firebreak worker` runs it, all roles in one process as in the embedded default; in addition it answers `memory` on its
// channel to the bench. Argument: the state folder.
import { stopOnSignals } from '../local/stop-signals.ts';
import { readConfiguration } from '../runtime/configuration.ts';
import { workerRoles } from '../runtime/task-queues.ts';
import { runWorker } from '../worker/main.ts';
import { collectedMemory } from './worker-heap.ts';

const [stateDir = ''] = process.argv.slice(2);
process.on('message', (message) => {
  if (message !== 'memory') return;
  void collectedMemory().then(
    (memory) => process.send?.(memory),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
await runWorker(
  await readConfiguration(stateDir),
  workerRoles,
  stopOnSignals((line) => console.error(line)),
);
process.disconnect?.();
