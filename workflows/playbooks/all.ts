// Made by `npm run generate` from the files of this folder; change those.
import type { Playbook } from './playbook.ts';
import { remoteCommand } from './remote-command.ts';
import { reverseShell } from './reverse-shell.ts';

/** Every playbook but the generic one, which takes what none of these names. */
export const playbooks: readonly Playbook[] = [remoteCommand, reverseShell];
