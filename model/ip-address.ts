/** An address as its bytes: 4 of them, or 16. */
type Bytes = readonly number[];

/**
 * One spelling for each address: IPv4 with dots, IPv6 by RFC 5952. An IPv4 address written in IPv6 is that IPv4 address: mapped (RFC 4291,
 * 2.5.5.2), as sockets that take both report it, or translated by the well-known prefix (RFC 6052, 2.1), as NAT64 does. A zone is left out.
 * Undefined for what is no address; an IPv4 part with a leading zero is none, since it may be octal or not.
 */
export function canonicalAddress(text: string): string | undefined {
  const bytes = bytesOf(text);
  return bytes === undefined ? undefined : written(bytes);
}

/** The canonical spelling of an address, any other text as it is. */
export function addressText(text: string): string {
  return canonicalAddress(text) ?? text;
}

/**
 * True for an address that is reached over the Internet, however it is spelled. Nets that documents use as examples count: none of them is
 * routed, and demonstrations are made of them. Source: IANA, special-purpose address registries for IPv4 and IPv6.
 */
export function isPublicAddress(text: string): boolean {
  const bytes = bytesOf(text);
  if (bytes === undefined) return false;
  if (bytes.length === 4) return !inside.some((net) => isIn(bytes, net));
  return isIn(bytes, globalUnicast) && !isIn(bytes, protocolAssignments);
}

/**
 * True for an address by which a machine speaks with itself or with the metadata server: every machine has the same ones. Source: Compute Engine,
 * "About VM metadata", for the metadata server over IPv6.
 */
export function isLocalAddress(text: string): boolean {
  const bytes = bytesOf(text);
  return bytes !== undefined && local.some((net) => isIn(bytes, net));
}

/** The first bits of its addresses. */
interface Net {
  readonly bytes: Bytes;
  readonly bits: number;
}

function net(text: string): Net {
  const [address = '', bits] = text.split('/');
  return { bytes: ipv4(address) ?? ipv6(address) ?? [], bits: Number(bits) };
}

const local = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10', 'fd20:ce::254/128'].map(net);
const inside = [
  ...local,
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15'].map(net),
  // Multicast, and what is reserved up to the broadcast address.
  net('224.0.0.0/3'),
];
/** All of IPv6 that is given out for the Internet. Source: IANA, IPv6 global unicast address assignments. */
const globalUnicast = net('2000::/3');
/** Teredo, ORCHID and the like. */
const protocolAssignments = net('2001::/23');
/** Prefixes of 96 bits after which an IPv4 address stands. */
const embedding = ['::ffff:0:0/96', '64:ff9b::/96'].map(net);

function isIn(bytes: Bytes, { bytes: first, bits }: Net): boolean {
  if (bytes.length !== first.length) return false;
  return first.every((byte, index) => {
    const shift = 8 - Math.max(0, Math.min(8, bits - index * 8));
    return byte >> shift === (bytes[index] ?? 0) >> shift;
  });
}

function bytesOf(text: string): Bytes | undefined {
  const [address = ''] = text.split('%', 1);
  const bytes = ipv4(text) ?? ipv6(address);
  return bytes !== undefined && embedding.some((prefix) => isIn(bytes, prefix)) ? bytes.slice(12) : bytes;
}

function ipv4(text: string): Bytes | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6(text: string): Bytes | undefined {
  const groups = groupsOf(withoutDots(text));
  return groups?.flatMap((group) => [group >> 8, group & 0xff]);
}

/** The last 32 bits may be written as an IPv4 address. What is none is left, and is no IPv6 address either. */
function withoutDots(text: string): string {
  const [, first, dotted = ''] = /^(.*:)([\d.]+)$/.exec(text) ?? [];
  const bytes = dotted.includes('.') ? ipv4(dotted) : undefined;
  if (first === undefined || bytes === undefined) return text;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${first}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** The eight groups; `::` stands once, for one group of zeros or more. */
function groupsOf(text: string): readonly number[] | undefined {
  const [head = [], tail, ...more] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head, ...(tail ?? [])];
  if (more.length > 0 || !given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const left = 8 - given.length;
  if (tail === undefined ? left !== 0 : left < 1) return undefined;
  return [...head, ...Array<string>(left).fill('0'), ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
}

function written(bytes: Bytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':');
  // The longest run of two groups of zeros or more, the first of several.
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.toSorted((left, right) => right.length - left.length)[0];
  if (longest === undefined) return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
