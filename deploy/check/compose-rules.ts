import { z } from 'zod';

const service = z.object({
  image: z.string(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  restart: z.string().optional(),
  healthcheck: z.object({ disable: z.boolean().optional(), test: z.array(z.string()).optional() }).optional(),
  build: z.object({}).optional(),
  ports: z.array(z.object({ host_ip: z.string().optional(), published: z.string().optional() })).default([]),
  volumes: z
    .array(z.object({ type: z.string(), source: z.string(), target: z.string(), read_only: z.boolean().optional() }))
    .default([]),
});

/** What `docker compose config --format json` answers, as far as it is looked at here. */
export const composeFile = z.object({ services: z.record(z.string(), service) });
export type ComposeFile = z.infer<typeof composeFile>;
type Service = z.infer<typeof service>;

/** Who may mount what, and how; nobody else, and nothing else. */
const mounts: Readonly<Record<string, Readonly<Record<string, 'read' | 'write'>>>> = {
  database: { postgres: 'write' },
  keys: { trust: 'write', desk: 'write' },
  'cases-key': { trust: 'write', cases: 'read' },
  'observe-key': { trust: 'write', observe: 'read' },
  'intake-key': { trust: 'write', intake: 'read' },
  'respond-key': { trust: 'write', respond: 'read' },
  'respond-iam-key': { trust: 'write', 'respond-iam': 'read' },
  trust: {
    trust: 'write',
    desk: 'write',
    cases: 'read',
    observe: 'read',
    intake: 'read',
    respond: 'read',
    'respond-iam': 'read',
  },
  ledger: { respond: 'write', 'respond-iam': 'write', desk: 'write' },
  evidence: { intake: 'write', observe: 'write', virustotal: 'write', desk: 'write' },
  'archive-index': { intake: 'write', cases: 'read', observe: 'write', desk: 'write' },
  archive: { archive: 'write', desk: 'read' },
  'dead-letters': { intake: 'write', desk: 'write' },
  sandbox: { sandbox: 'write' },
};

/** What in a compose file breaks the promises of docs/containers.md, one sentence each. */
export function brokenRules({ services }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, described]) =>
    [...confinement(described), ...surface(described), ...foreignMounts(name, described)].map(
      (what) => `${name}: ${what}`,
    ),
  );
}

function confinement({ read_only, privileged, cap_drop, cap_add, security_opt, user }: Service): string[] {
  const broken: string[] = [];
  if (read_only !== true) broken.push('its root file system can be written to (read_only)');
  if (!cap_drop.includes('ALL')) broken.push('it keeps capabilities (cap_drop: [ALL])');
  if (cap_add.length > 0) broken.push(`it adds capabilities: ${cap_add.join(', ')}`);
  if (privileged === true) broken.push('it is privileged');
  if (!security_opt.includes('no-new-privileges:true')) broken.push('it can gain privileges (no-new-privileges:true)');
  if (user !== undefined && /^(root|0)(:|$)/.test(user)) broken.push('it runs as root');
  return broken;
}

function surface({ image, build, restart, healthcheck, ports }: Service): string[] {
  const broken = ports
    .filter(({ host_ip }) => host_ip !== '127.0.0.1' && host_ip !== '::1')
    .map(({ published }) => `port ${published ?? 'of any number'} is not published on loopback only`);
  const tag = /:([^/:@]+)(@|$)/.exec(image)?.[1];
  if (tag === undefined || !/\d+\.\d+/.test(tag)) broken.push(`${image} is not pinned to an exact version`);
  if (restart === undefined) broken.push('it has no restart policy');
  // Our own image brings its health check; what runs once needs none.
  if (healthcheck === undefined && build === undefined) broken.push('it has no health check');
  if (healthcheck?.disable === true && restart === 'unless-stopped')
    broken.push('it runs for ever without a health check');
  return broken;
}

function foreignMounts(name: string, { volumes }: Service): string[] {
  return volumes.flatMap(({ type, source, read_only }) => {
    if (type !== 'volume') return [`it mounts ${source} of the machine`];
    const right = mounts[source]?.[name];
    if (right === undefined) return [`it must not mount ${source}`];
    return right === 'read' && read_only !== true ? [`it may only read ${source}`] : [];
  });
}
