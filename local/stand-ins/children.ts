import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StatePaths } from '../../runtime/state-folder.ts';
import type { SystemChildren } from '../children.ts';
import type { PortPlan } from '../ports.ts';

/** The Node program that stands for a server, and the one that does what its arguments say. */
export const standIns = {
  listener: fileURLToPath(new URL('./listener.ts', import.meta.url)),
  program: fileURLToPath(new URL('./program.ts', import.meta.url)),
} as const;

/** The children of a system, as stand-ins that note their process ids in the state folder. */
export function standInChildren(state: StatePaths, ports: PortPlan): SystemChildren {
  const running = (name: string) => ({
    name,
    program: standIns.program,
    args: [`note-pid=${join(state.root, `${name}.pids`)}`, 'run'],
  });
  return {
    sandbox: {
      name: 'sandbox',
      program: standIns.listener,
      args: [String(ports.sandbox), String(ports.sandbox + 1)],
      ports: [ports.sandbox, ports.sandbox + 1],
    },
    engine: [running('worker'), running('intake')],
  };
}
