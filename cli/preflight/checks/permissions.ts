import { status } from '@grpc/grpc-js';
import { protos } from '@google-cloud/resource-manager';
import { grpcCode } from '../../../activities/google-errors.ts';
import { type GoogleRole, googleRoles, permissionsOfRole } from '../../../model/permissions.ts';
import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';

const { TestIamPermissionsRequest } = protos.google.iam.v1;

/** Without these a role works, and its cases say what is not known. */
const goesWithout: ReadonlySet<string> = new Set([
  'cloudscheduler.jobs.list',
  'cloudscheduler.locations.list',
  'logging.privateLogEntries.list',
  'resourcemanager.projects.getIamPolicy',
  'securitycenter.findingexternalsystems.update',
]);

/** What only some role may do that changes something: nobody else should. */
const changing = /\.(?:update|delete|cancel|setIamPolicy|start|stop)$/;

/** Each role's permissions, asked of Google where they count: projects, the subscription, SCC's parents. */
export const permissions: Check = { name: 'permissions', asksGoogle: true, look };

interface Place {
  readonly resource: string;
  readonly wanted: readonly string[];
}

async function look(preflight: Preflight): Promise<Line[]> {
  const lines = await Promise.all(
    preflight.roles.flatMap((role) => placesOf(preflight, role).map((place) => judged(preflight, role, place))),
  );
  return lines.flat();
}

function placesOf({ configuration, projects }: Preflight, role: GoogleRole): Place[] {
  const all = permissionsOfRole(role).filter(
    (permission) => permission !== 'monitoring.timeSeries.list' || configuration.monitoring === 'on',
  );
  const of = (api: string) => all.filter((permission) => permission.startsWith(`${api}.`));
  const [subscription, scc] = [of('pubsub'), of('securitycenter')];
  const rest = all.filter((permission) => !subscription.includes(permission) && !scc.includes(permission));
  return [
    { resource: configuration.subscription, wanted: subscription },
    ...configuration.sccParents.map((resource) => ({ resource, wanted: scc })),
    ...projects.map((project) => ({ resource: `projects/${project}`, wanted: rest })),
  ].filter(({ wanted }) => wanted.length > 0);
}

async function judged(preflight: Preflight, role: GoogleRole, { resource, wanted }: Place): Promise<Line[]> {
  const isProject = /^projects\/[^/]+$/.test(resource);
  const foreign = isProject && preflight.asRoles ? foreignTo(role) : [];
  try {
    const { held, unknown } = await heldOn(preflight, role, resource, [...new Set([...wanted, ...foreign])]);
    const lacks = wanted.filter((permission) => !held.includes(permission) && !unknown.includes(permission));
    return [
      lackingLine(preflight, role, resource, lacks) ??
        ok(`${role} has ${wanted.length - unknown.length} of ${wanted.length} on ${resource}`),
      ...unknown
        .filter((permission) => wanted.includes(permission))
        .map((permission) => notKnown(`${role}: IAM does not let ${permission} be asked for on ${resource}`, '')),
      ...overLine(
        role,
        resource,
        foreign.filter((permission) => held.includes(permission)),
      ),
    ];
  } catch (error) {
    const api = resource.includes('/subscriptions/') ? 'pubsub' : 'resource-manager';
    return [explained(error, { api, about: `what ${role} may do on ${resource}` })];
  }
}

/** Asked at once; where IAM refuses the question for one name in it, each alone. */
async function heldOn(
  preflight: Preflight,
  role: GoogleRole,
  resource: string,
  asked: readonly string[],
): Promise<{ readonly held: readonly string[]; readonly unknown: readonly string[] }> {
  const ask = async (permissions: readonly string[]): Promise<readonly string[]> => {
    const [answer] = await testing(preflight, role, { resource, permissions: [...permissions] });
    return answer.permissions ?? [];
  };
  try {
    return { held: await ask(asked), unknown: [] };
  } catch (error) {
    if (grpcCode(error) !== status.INVALID_ARGUMENT || asked.length < 2) throw error;
  }
  const alone = await Promise.all(
    asked.map(async (name) => {
      try {
        return { name, held: (await ask([name])).includes(name) };
      } catch (error) {
        if (grpcCode(error) !== status.INVALID_ARGUMENT) throw error;
        return { name, held: undefined };
      }
    }),
  );
  return {
    held: alone.filter(({ held }) => held === true).map(({ name }) => name),
    unknown: alone.filter(({ held }) => held === undefined).map(({ name }) => name),
  };
}

/** Asked where the resource is kept. */
function testing({ clients }: Preflight, role: GoogleRole, request: { resource: string; permissions: string[] }) {
  const { resource } = request;
  if (resource.includes('/subscriptions/'))
    return clients.subscriber(role).testIamPermissions(TestIamPermissionsRequest.create(request), once);
  if (resource.startsWith('organizations/')) return clients.organizations(role).testIamPermissions(request, once);
  if (resource.startsWith('folders/')) return clients.folders(role).testIamPermissions(request, once);
  return clients.projects(role).testIamPermissions(request, once);
}

/** What other roles may change, and this one may not. */
function foreignTo(role: GoogleRole): string[] {
  const own = permissionsOfRole(role);
  const others = googleRoles.flatMap(permissionsOfRole).filter((permission) => permission.startsWith('run.'));
  return [...new Set(others)].filter((permission) => changing.test(permission) && !own.includes(permission));
}

function lackingLine(
  { asRoles }: Preflight,
  role: GoogleRole,
  resource: string,
  lacks: readonly string[],
): Line | null {
  if (lacks.length === 0) return null;
  const list = lacks.join(', ');
  const grant = `Grant its custom role on ${resource}: npx firebreak permissions --role ${role}`;
  if (!asRoles)
    return notKnown(
      `these credentials lack what ${role} needs on ${resource}: ${list}`,
      `Whether ${role} itself has it, it can only tell as itself: npx firebreak preflight --role ${role} in its own process.`,
    );
  return lacks.every((permission) => goesWithout.has(permission))
    ? attention(`${role} lacks on ${resource} what it can go without: ${list}`, grant)
    : failed(
        `${role} lacks on ${resource}: ${list}`,
        `${grant} (what is granted on single resources is not seen here).`,
      );
}

function overLine(role: GoogleRole, resource: string, over: readonly string[]): Line[] {
  if (over.length === 0) return [];
  return [
    attention(
      `${role} may do on ${resource} what is another role’s: ${over.join(', ')}`,
      'Give each role an account of its own, and its custom role only: else what is checked between roles is worth less.',
    ),
  ];
}
