import type { Finding } from '../../model/finding.ts';
import type { Indicator } from '../../model/investigation.ts';

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
    .filter(({ value }) => isPublicAddress(value))
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

/** True for an address on the public Internet: private, shared, link-local (with the metadata server), loopback and embedded IPv4 ones tell VirusTotal nothing. */
export function isPublicAddress(address: string): boolean {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (v4 !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = v4.slice(1).map(Number);
    if ([a, b, c, d].some((part) => part > 255)) return false;
    const shared = a === 100 && b >= 64 && b <= 127;
    const inside = a === 0 || a === 10 || a === 127 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
    return !(shared || inside || (a === 169 && b === 254) || a >= 224);
  }
  return /^[0-9a-fA-F:]{3,39}$/.test(address) && address.includes(':') && !/^(::|f[cdef]|fe80)/i.test(address);
}
