import { cloudRunFinding, wholeFile } from './findings.ts';
import type { FindingWithResource } from './findings.ts';
import { hashes } from './indicators.ts';
import { resizer } from './services.ts';

/** The second runbook's finding: common UNIX commands, started over a network socket. */
export function remoteCommandExecution(now: number): FindingWithResource {
  const imageUri = `${resizer.image}@${resizer.badDigest}`;
  return cloudRunFinding({
    id: '70ad3f915c2846e0b9f4418ed5c06a77',
    service: resizer.name,
    category: 'Execution: Possible Remote Command Execution Detected',
    moduleName: 'CLOUD_RUN_POSSIBLE_REMOTE_COMMAND_EXECUTION_DETECTED',
    severity: 'MEDIUM',
    description:
      'A process spawned common UNIX commands through a network socket connection, which could emulate a reverse shell.',
    slug: 'possible-remote-command-execution-detected',
    eventTime: now - 70_000,
    fields: {
      processes: [
        {
          name: 'sh',
          binary: wholeFile('/bin/sh', 125_640, hashes.dash),
          args: ['sh', '-c', 'id; uname -a; cat /etc/passwd'],
          envVariables: [{ name: 'THUMBNAILER_TOKEN', val: 'invented-41b7-not-a-real-secret' }],
          pid: '88',
          parentPid: '61',
          userId: '1000',
        },
        {
          name: 'fast-exif',
          binary: wholeFile('/app/plugins/fast-exif', 902_144, hashes.plugin),
          args: ['/app/plugins/fast-exif', '--listen-back', `${resizer.remote.ip}:${resizer.remote.port}`],
          pid: '61',
          parentPid: '12',
          userId: '1000',
        },
        {
          name: 'python3',
          // Only its beginning was hashed: of no use for a look-up.
          binary: {
            path: '/usr/local/bin/python3.12',
            size: '6890752',
            hashedSize: '4194304',
            sha256: hashes.pythonPrefix,
            partiallyHashed: true,
          },
          args: ['python3', '/app/main.py'],
          pid: '12',
          parentPid: '1',
          userId: '1000',
        },
      ],
      containers: [
        {
          name: 'image-resizer-1',
          uri: imageUri,
          imageId: resizer.badDigest,
          createTime: new Date(now - 26 * 60_000).toISOString(),
        },
      ],
      connections: [
        {
          destinationIp: resizer.remote.ip,
          destinationPort: resizer.remote.port,
          sourceIp: '192.0.2.31',
          sourcePort: 51_620,
          protocol: 'TCP',
        },
      ],
      mitreAttack: { primaryTactic: 'EXECUTION', primaryTechniques: ['COMMAND_AND_SCRIPTING_INTERPRETER'] },
      sourceProperties: { Container_Image_Uri: imageUri },
    },
  });
}
