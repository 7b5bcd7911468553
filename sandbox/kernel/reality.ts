/**
 * Where the real services are not known, or reports of them disagree: each is a switch, and the sandbox plays either way. The first way is the
 * default: what was recorded from the real service or written up by somebody who ran against it, else the worst for a client.
 */
export const switches = {
  etag: {
    what: 'another etag in an UpdateService with a mask',
    ways: { ignored: 'the update is carried out', enforced: 'ABORTED' },
  },
  'latest-status': {
    what: 'trafficStatuses of a target of type LATEST',
    ways: { empty: 'names no revision', named: 'names the latest ready one' },
  },
  'zero-counts': {
    what: 'counts of 0 that the mask names, from manual to automatic scaling',
    ways: { inherit: 'count as not given: both inherit the manual count', count: 'count as given' },
  },
  'manual-zero': {
    what: 'instances when manual scaling is set to 0',
    ways: { lingers: 'live on for minutes', ends: 'end within seconds' },
  },
  'unknown-path': {
    what: 'a path of an update mask that nobody knows',
    ways: { 'full-write': 'makes it a write of every field', refused: 'INVALID_ARGUMENT' },
  },
  'pool-zero': {
    what: "a worker pool's count of 0, when it is read",
    ways: { absent: 'is absent', zero: 'is 0' },
  },
  marks: {
    what: 'a mark written on a finding',
    ways: { notify: 'moves eventTime and comes back as a notification', silent: 'does neither' },
  },
  'iam-change': {
    what: 'a changed IAM policy',
    ways: { late: 'is in force after 2 to 7 minutes', 'at-once': 'is in force at once' },
  },
  'refused-requests': {
    what: 'requests refused while nothing runs',
    ways: { logged: 'leave a line of the revision without instanceId', unlogged: 'leave none' },
  },
  traffic: {
    what: 'traffic after the operation that moved it',
    ways: { late: 'moves seconds later', 'at-end': 'has moved when it ends' },
  },
  update: {
    what: 'an update of a service or worker pool',
    ways: {
      pending: '5 to 25 s, CONDITION_PENDING and the old latestCreatedRevision until it ends',
      reconciling: '5 to 25 s, CONDITION_RECONCILING and the new latestCreatedRevision at once',
      quick: '0.3 s, CONDITION_RECONCILING and the new latestCreatedRevision at once',
    },
  },
  aborted: {
    what: "ABORTED without anybody's change",
    ways: { 'now-and-then': 'every third update of a resource, from its second on', never: 'never' },
  },
  'update-permissions': {
    what: 'iam.serviceAccounts.actAs on the account and read of the image, on every update',
    ways: { asked: 'needed', 'not-asked': 'not needed' },
  },
  'dead-letters': {
    what: 'dead lettering after N deliveries',
    ways: { approximate: 'some deliveries earlier or later, and may come twice', exact: 'after N, once' },
  },
} as const satisfies Readonly<
  Record<string, { readonly what: string; readonly ways: Readonly<Record<string, string>> }>
>;

/** The name of a switch. */
export type Switch = keyof typeof switches;

/** One way for each switch: how the sandbox plays the real services. */
export type World = { readonly [Name in Switch]: keyof (typeof switches)[Name]['ways'] };

/** One way for some of the switches, those that a test or a person sets. */
export type Reality = Partial<World>;

/** The world of the defaults, with what is set. */
export function worldOf(set: Reality = {}): World {
  const defaults = Object.fromEntries(switchNames().map((name) => [name, waysOf(name)[0]]));
  return { ...defaults, ...set } as World;
}

/** The names of all switches. */
export function switchNames(): Switch[] {
  return Object.keys(switches).filter(isSwitch);
}

/** The ways of one switch, the default first. */
export function waysOf(name: Switch): string[] {
  return Object.keys(switches[name].ways);
}

/** Reads `NAME=WAY`, one for each switch that is to be set; the last of a switch counts. Throws RealityError that names what is allowed. */
export function readReality(settings: readonly string[]): Reality {
  return Object.fromEntries(settings.map(readSetting));
}

/** A setting that names no switch, or none of its ways. */
export class RealityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RealityError';
  }
}

/** Every switch with its ways, as a help text: the default is the first. */
export function realityHelp(): string {
  const lines = switchNames().flatMap((name) => {
    const { what, ways } = switches[name];
    return [`  ${name}: ${what}`, ...Object.entries(ways).map(([way, means]) => `    ${way}: ${means}`)];
  });
  return ['Switches of --reality NAME=WAY (the first way is the default):', ...lines].join('\n');
}

function readSetting(setting: string): readonly [Switch, string] {
  const [name = '', way, ...more] = setting.split('=');
  if (!isSwitch(name)) throw new RealityError(`no switch is called '${name}'. There are: ${switchNames().join(', ')}`);
  const ways = waysOf(name);
  if (way === undefined || more.length > 0 || !ways.includes(way))
    throw new RealityError(`'${setting}': ${name} goes ${ways.map((one) => `${name}=${one}`).join(' or ')}`);
  return [name, way];
}

function isSwitch(name: string): name is Switch {
  return Object.hasOwn(switches, name);
}
