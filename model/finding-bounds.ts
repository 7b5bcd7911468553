import { cut } from './display.ts';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Finding, ReportedConnection, ReportedFile, ReportedProcess } from './finding.ts';

/** How large a finding may be as JSON in UTF-8: well below the 64 KiB of a payload, since a case's input holds more than the finding. */
export const findingBytes = 24 * 1024;

interface Bounds {
  /** Characters of a text. */
  readonly text: number;
  /** Elements of a list. */
  readonly list: number;
}

/** Tried in turn: what is usual passes whole; the last one fits whatever the texts hold. */
const bounds: readonly Bounds[] = [
  { text: 4096, list: 100 },
  { text: 1024, list: 50 },
  { text: 256, list: 20 },
  { text: 64, list: 8 },
  { text: 16, list: 3 },
];

/**
 * The finding, its texts cut with a mark and its lists shortened as far as it takes to fit `findingBytes`. Name, case id, times, hashes
 * and the parsed resource stay whole; the whole of the rest is in the document.
 */
export function boundFinding(finding: Finding): Finding {
  if (bytesOf(finding) <= findingBytes) return finding;
  let bounded = finding;
  for (const bound of bounds) {
    bounded = shorten(finding, bound);
    if (bytesOf(bounded) <= findingBytes) break;
  }
  return bounded;
}

function bytesOf(finding: Finding): number {
  return utf8ToBytes(JSON.stringify(finding)).length;
}

function shorten(finding: Finding, bound: Bounds): Finding {
  const text = (value: string) => cut(value, bound.text);
  const list = <T>(values: readonly T[], each: (value: T) => T) => values.slice(0, bound.list).map(each);
  const texts = (values: readonly string[]) => list(values, text);
  const connection = (value: ReportedConnection): ReportedConnection => ({
    ...value,
    destinationIp: text(value.destinationIp),
    sourceIp: text(value.sourceIp),
    ...(value.protocol === undefined ? {} : { protocol: text(value.protocol) }),
  });
  const file = (value: ReportedFile): ReportedFile => ({
    ...value,
    path: text(value.path),
    ...(value.contents === undefined ? {} : { contents: text(value.contents) }),
  });
  const process = (value: ReportedProcess): ReportedProcess => ({
    ...value,
    name: text(value.name),
    ...(value.binary ? { binary: file(value.binary) } : {}),
    libraries: list(value.libraries, file),
    ...(value.script ? { script: file(value.script) } : {}),
    args: texts(value.args),
    argumentsTruncated: value.argumentsTruncated || value.args.length > bound.list,
    envVariableNames: texts(value.envVariableNames),
  });
  const { indicator, attack, reverseShell, principalEmail, callerIp, methodName, bindings, virusTotalLink, ...rest } =
    finding;
  return {
    ...rest,
    category: text(rest.category),
    state: text(rest.state),
    mute: text(rest.mute),
    severity: text(rest.severity),
    findingClass: text(rest.findingClass),
    description: text(rest.description),
    nextSteps: text(rest.nextSteps),
    externalUri: text(rest.externalUri),
    moduleName: text(rest.moduleName),
    parentDisplayName: text(rest.parentDisplayName),
    resourceName: text(rest.resourceName),
    resourceType: text(rest.resourceType),
    projectDisplayName: text(rest.projectDisplayName),
    projectFullName: text(rest.projectFullName),
    processes: list(rest.processes, process),
    containers: list(rest.containers, ({ name, uri, imageId }) => ({
      name: text(name),
      uri: text(uri),
      imageId: text(imageId),
    })),
    connections: list(rest.connections, connection),
    files: list(rest.files, file),
    indicator: {
      ipAddresses: texts(indicator.ipAddresses),
      domains: texts(indicator.domains),
      uris: texts(indicator.uris),
    },
    ...(attack
      ? {
          attack: {
            ...(attack.primaryTactic === undefined ? {} : { primaryTactic: text(attack.primaryTactic) }),
            primaryTechniques: texts(attack.primaryTechniques),
            additionalTactics: texts(attack.additionalTactics),
            additionalTechniques: texts(attack.additionalTechniques),
          },
        }
      : {}),
    containerImageUri: text(rest.containerImageUri),
    ...(reverseShell ? { reverseShell: connection(reverseShell) } : {}),
    // A link or an address that was cut would be another one.
    ...(virusTotalLink === undefined || virusTotalLink.length > bound.text ? {} : { virusTotalLink }),
    ...(principalEmail === undefined ? {} : { principalEmail: text(principalEmail) }),
    ...(callerIp === undefined ? {} : { callerIp: text(callerIp) }),
    ...(methodName === undefined ? {} : { methodName: text(methodName) }),
    ...(bindings === undefined
      ? {}
      : {
          bindings: list(bindings, ({ action, role, member }) => ({ action, role: text(role), member: text(member) })),
        }),
    marks: Object.fromEntries(
      Object.entries(rest.marks)
        .slice(0, bound.list)
        .map(([key, value]) => [text(key), text(value)]),
    ),
    contacts: texts(rest.contacts),
  };
}
