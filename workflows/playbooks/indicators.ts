import type { Finding } from '../../model/finding.ts';
import type { Indicator } from '../../model/investigation.ts';
import { isPublicAddress } from '../../model/ip-address.ts';

/** Look-ups a case asks at most; the quota of a public key is 4 a minute. */
const mostIndicators = 4;

/** Whole-file hashes of the binaries and libraries that ran. Hashes of prefixes say nothing to VirusTotal and are left out. */
export function binaryHashes({ processes, files }: Finding): Indicator[] {
  const ran = processes.flatMap(({ binary, libraries }) => [...(binary === undefined ? [] : [binary]), ...libraries]);
  return [...ran, ...files].flatMap(({ sha256, path }) =>
    sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? [{ kind: 'file' as const, value: sha256, from: path }] : [],
  );
}

/** Remote addresses: the shell's own, then those of the reported connections and of SCC's indicator. */
export function remoteAddresses({ reverseShell, connections, indicator }: Finding): Indicator[] {
  const shell =
    reverseShell === undefined ? [] : [{ value: reverseShell.destinationIp, from: 'the shell’s connection' }];
  const reported = connections.map(({ destinationIp }) => ({ value: destinationIp, from: 'a reported connection' }));
  const named = indicator.ipAddresses.map((value) => ({ value, from: 'SCC’s indicator' }));
  return [...shell, ...reported, ...named]
    .filter(({ value }) => isAsked(value))
    .map(({ value, from }) => ({ kind: 'ip-address' as const, value, from }));
}

/** Distinct indicators, at most as many as a case may ask. */
export function distinct(indicators: readonly Indicator[]): Indicator[] {
  const byKey = new Map<string, Indicator>();
  for (const indicator of indicators) {
    const key = `${indicator.kind} ${indicator.value}`;
    if (!byKey.has(key)) byKey.set(key, indicator);
  }
  return [...byKey.values()].slice(0, mostIndicators);
}

/**
 * True for an address that VirusTotal can know something of. Findings are parsed to the canonical spelling; cases that were opened with
 * `::ffff:…` before that was so ask for nothing more when they are replayed.
 */
export function isAsked(address: string): boolean {
  return !address.startsWith('::') && isPublicAddress(address);
}
