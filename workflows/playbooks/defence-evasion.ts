import { detectorNamed } from '../../model/detectors/match-detector.ts';
import { adviseEnding, adviseIfBorneOut } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { processStatements } from './shown.ts';
import { stakes } from './stakes.ts';

/** Detectors of this family that speak of a tool which people use as well; the others speak of something hidden in a command line. */
const commonTools: ReadonlySet<string> = new Set([
  'CLOUD_RUN_LAUNCH_CODE_COMPILER_TOOL_IN_CONTAINER',
  'CLOUD_RUN_PROGRAM_RUN_WITH_DISALLOWED_HTTP_PROXY_ENV',
  'CLOUD_RUN_STEGANOGRAPHY_TOOL_DETECTED',
]);

/** Something hides what it does: encoded programs and scripts, compiling on the spot, data in pictures, a way round the proxy. Source: SCC, "Base64 ELF File Command Line", "Launch Code Compiler Tool In Container" (Cloud Run). */
export const defenceEvasion = definePlaybook({
  name: 'defence-evasion',
  summary:
    'Something in the container hides what it does. A program or script that is encoded in a command line ends with its instances; a compiler, a tool for hidden data or a proxy alone is handed to people.',
  categories: [
    'Defense Evasion: Base64 ELF File Command Line',
    'Defense Evasion: Base64 Encoded Python Script Executed',
    'Defense Evasion: Base64 Encoded Shell Script Executed',
    'Defense Evasion: Launch Code Compiler Tool In Container',
    'Command and Control: Steganography Tool Detected',
    'Execution: Program Run with Disallowed HTTP Proxy Env',
  ],
  techniques: [],
  lookUp: (finding) => distinct([...remoteAddresses(finding), ...binaryHashes(finding)]),
  assess: (context) => [
    ...processStatements(context.finding, 'Command'),
    ...stakes(context, {
      entry: 'the command may have come in by a request',
      egress: 'what is hidden may be meant to leave, or was fetched',
      account: 'what is hidden can ask for its tokens',
      secrets: 'what is hidden can read them',
      variables: 'what is hidden can read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => {
    const detector = detectorNamed(context.finding.category)?.apiName;
    if (detector === undefined || !commonTools.has(detector))
      return adviseEnding(
        context,
        'nobody encodes a program in a command line without a reason, and what it started ends with its instance only',
      );
    return adviseIfBorneOut(context, {
      why: 'what was made or hidden runs in the instance, and ends with it only',
      alone: 'such a tool alone is also what builds, tests and people who debug use',
    });
  },
  todo: (context) => [
    tellOwner(context),
    'Decode what is encoded, on a machine that is made for it, never here; what it is says how bad this is',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
