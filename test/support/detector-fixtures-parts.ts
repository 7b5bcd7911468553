import { sha256Hex } from '../../model/digest.ts';
import type { JsonObject } from '../../model/json.ts';

/** What a fixture's texts are made of, each case its own: so no finding is near another by image or address. All of it is invented. */
export interface Facts {
  /** The attacker's, of a documentation range. */
  readonly ip: string;
  readonly port: number;
  /** The attacker's host, of an example domain. */
  readonly host: string;
  /** The caller's address in an audit log, of a documentation range. */
  readonly callerIp: string;
  /** The image that runs, by digest. */
  readonly imageUri: string;
  readonly imageId: string;
  /** The account that the workload runs as. */
  readonly account: string;
  /** The sha256 of a file of that name. */
  readonly hash: (name: string) => string;
}

/** Makes the facts of the case with that number, from 1 to 250. */
export function factsOf(number: number, name: string, account: string): Facts {
  const imageId = `sha256:${sha256Hex(`${name} as deployed last`)}`;
  return {
    ip: `198.51.100.${number}`,
    port: 4_000 + number,
    host: `cdn-${number}.example.net`,
    callerIp: `203.0.113.${number}`,
    imageUri: `europe-west1-docker.pkg.dev/rhea-prod-4421/apps/${name}@${imageId}`,
    imageId,
    account,
    hash: (file) => sha256Hex(`${number} ${file}`),
  };
}

/** A file whose hash covers all of it. */
export function file(facts: Facts, path: string, size = 48_216): JsonObject {
  return { path, size: String(size), hashedSize: String(size), sha256: facts.hash(path), partiallyHashed: false };
}

/** A process that runs a program, with a variable whose value nobody may keep. The first argument is the program. */
export function program(facts: Facts, args: readonly string[], more: JsonObject = {}): JsonObject {
  const [path = ''] = args;
  return {
    name: path.split('/').at(-1) ?? '',
    binary: file(facts, path),
    args,
    envVariables: [{ name: 'LEDGER_PASSWORD', val: 'invented-9f2c-not-a-real-secret' }],
    pid: '212',
    parentPid: '7',
    userId: '1000',
    ...more,
  };
}

/** The same, as the parent of what was seen. */
export function parent(facts: Facts, args: readonly string[]): JsonObject {
  return program(facts, args, { pid: '7', parentPid: '1' });
}

/** A script as SCC sends it: its contents, and their hash. */
export function script(path: string, contents: string): JsonObject {
  return {
    path,
    size: String(contents.length),
    contents,
    sha256: sha256Hex(contents),
    hashedSize: String(contents.length),
  };
}

/** A connection from the container to the attacker. */
export function outbound({ ip, port }: Facts): JsonObject {
  return { destinationIp: ip, destinationPort: port, sourceIp: '192.0.2.17', sourcePort: 38_114, protocol: 'TCP' };
}

/** SCC's link to VirusTotal's page for a file. */
export function virusTotalLink(sha256: string): JsonObject {
  const url = `https://www.virustotal.com/gui/file/${sha256}/detection`;
  return { contextUris: { virustotalIndicatorQueryUri: [{ displayName: 'VirusTotal File Link', url }] } };
}
