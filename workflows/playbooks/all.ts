// Made by `npm run generate` from the files of this folder; change those.
import type { Playbook } from './playbook.ts';
import { builtInMaliciousBinary } from './built-in-malicious-binary.ts';
import { containerEscape } from './container-escape.ts';
import { credentialAccess } from './credential-access.ts';
import { cryptominingImage } from './cryptomining-image.ts';
import { cryptomining } from './cryptomining.ts';
import { defaultAccountPolicy } from './default-account-policy.ts';
import { defenceEvasion } from './defence-evasion.ts';
import { destruction } from './destruction.ts';
import { exfiltration } from './exfiltration.ts';
import { maliciousBinary } from './malicious-binary.ts';
import { maliciousScript } from './malicious-script.ts';
import { maliciousUrl } from './malicious-url.ts';
import { privilegeEscalation } from './privilege-escalation.ts';
import { remoteCommand } from './remote-command.ts';
import { reverseShell } from './reverse-shell.ts';

/** Every playbook but the generic one, which takes what none of these names. */
export const playbooks: readonly Playbook[] = [
  builtInMaliciousBinary,
  containerEscape,
  credentialAccess,
  cryptominingImage,
  cryptomining,
  defaultAccountPolicy,
  defenceEvasion,
  destruction,
  exfiltration,
  maliciousBinary,
  maliciousScript,
  maliciousUrl,
  privilegeEscalation,
  remoteCommand,
  reverseShell,
];
