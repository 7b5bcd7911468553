import { fileURLToPath } from 'node:url';
import type { StatePaths } from '../runtime/state-folder.ts';
import { portOffset } from '../sandbox/kernel/service.ts';
import type { ChildSpec } from './child.ts';
import type { PortPlan } from './ports.ts';

/** The processes of one system besides Temporal. */
export interface SystemChildren {
  /** Started beside Temporal, and awaited until all of `ports` answer. */
  readonly sandbox: ChildSpec & { readonly ports: readonly number[] };
  /** Started when Temporal and the sandbox answer. */
  readonly engine: readonly ChildSpec[];
}

const fileOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Firebreak's own processes. `environment` is added to that of the engine's; `reality` is the sandbox's, `NAME=WAY`. */
export function firebreakChildren(
  state: StatePaths,
  ports: PortPlan,
  environment: Readonly<Record<string, string>>,
  reality: readonly string[],
): SystemChildren {
  const main = fileOf('../cli/main.ts');
  const stateArguments = ['--state-dir', state.root];
  return {
    sandbox: {
      name: 'sandbox',
      program: fileOf('../sandbox/main.ts'),
      args: [
        '--port',
        String(ports.sandbox),
        '--state',
        state.sandboxState,
        ...reality.flatMap((one) => ['--reality', one]),
      ],
      ports: Object.values(portOffset).map((offset) => ports.sandbox + offset),
    },
    engine: [
      {
        name: 'worker',
        program: main,
        // Without a role: all that are installed (FIREBREAK_RESPONDERS), in one process.
        args: ['worker', ...stateArguments],
        environment,
      },
      { name: 'intake', program: main, args: ['intake', ...stateArguments], environment },
    ],
  };
}
