import { describeField, type Fields } from '../../model/fields.ts';
import { permissionsOf, unverifiedPermissions } from '../../model/permissions.ts';
import { actAs, downloadArtifacts, updates } from '../../model/plan-grants.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import { type Action, actionRoles, isIrreversible, type Plan } from '../../model/plan.ts';
import { rungs } from '../../workflows/containment/all.ts';
import type { Rung } from '../../workflows/containment/rung.ts';
import { everyPlaybook } from './every-playbook.ts';
import { examplePlan } from './example-plans.ts';
import { aResource, bullets, code, madeFrom, page, table, threatWords } from './markdown.ts';

/** The pages of the rungs by their path, their index among them. */
export function rungPages(): Record<string, string> {
  const pages = rungs.map((rung) => [`docs/rungs/${rung.kind}.md`, rungPage(rung)]);
  return { ...Object.fromEntries(pages), 'docs/rungs/README.md': index() };
}

function index(): string {
  const kinds = Object.keys(resourceKinds) as (keyof typeof resourceKinds)[];
  return page(
    '# Rungs of containment',
    madeFrom('workflows/containment/'),
    'Each is one way to contain a resource: the less it destroys, the higher it stands. A playbook offers every rung against its kind of threat. All but the last ones can be undone.',
    ...kinds.flatMap((kind) => [
      `## Of ${aResource(kind)}`,
      table(
        ['rung', 'against', 'can be undone', 'approvers'],
        rungs
          .filter(({ resource }) => resource === kind)
          .toSorted((left, right) => left.order - right.order)
          .map((rung) => {
            const plan = examplePlan(rung);
            const link = `[${rung.kind}](${rung.kind}.md)`;
            return [link, rung.against.join(', '), isIrreversible(plan) ? '**no**' : 'yes', `${plan.quorum.approvers}`];
          }),
      ),
    ]),
  );
}

function rungPage(rung: Rung): string {
  const plan = examplePlan(rung);
  const playbooks = everyPlaybook.filter(({ threats }) => threats.some((threat) => rung.against.includes(threat)));
  return page(
    `# ${rung.kind}`,
    madeFrom(`workflows/containment/${rung.kind}.ts`),
    rung.summary,
    bullets([
      `For ${aResource(rung.resource)}, against ${rung.against.map((threat) => `${threatWords[threat]} (\`${threat}\`)`).join('; ')}.`,
      `Writes ${code(rung.writes)}.`,
      `Approvers: ${plan.quorum.approvers} with the role \`${plan.quorum.role}\`.`,
      whetherUndone(plan),
      `Offered by ${playbooks.map(({ name }) => `[${name}](../playbooks/${name}.md)`).join(', ')}, where it applies.`,
    ]),
    '## What it calls',
    table(
      ['action', 'role', 'permissions'],
      rung.actions.map((kind) => [`\`${kind}\``, `\`${actionRoles[kind]}\``, permissions(rung, permissionsOf[kind])]),
    ),
    rung.actions.some((kind) => updates.has(kind)) ? whatUpdatesAskFor(rung) : null,
    '`firebreak permissions --role ROLE` prints all that a role needs, and what to know before it is granted.',
    '## Example',
    `*${plan.title}*`,
    ...plan.actions.map(actionText),
    ...example(plan),
  );
}

/** What no list of a role's permissions has, since it is granted on single accounts and repositories. */
function whatUpdatesAskFor({ writes }: Rung): string {
  const account = writes.includes('template')
    ? 'the account that the revision it makes runs as'
    : 'the account that the resource runs as';
  return `Google asks \`respond\` besides for \`${actAs}\` on ${account}, and for \`${downloadArtifacts}\` on the repositories of its images, also where traffic alone is changed. A case asks before it proposes what of this is granted, and a plan that lacks it says so.`;
}

function whetherUndone(plan: Plan): string {
  if (isIrreversible(plan))
    return '**Cannot be undone**: it is never recommended, and not available while evidence is missing.';
  const gives = plan.actions.some(({ inverse }) => Object.keys(inverse ?? {}).length > 0);
  return gives ? 'Can be undone: `firebreak undo CASE` proposes it.' : 'There is nothing to give back.';
}

/** Those of a kind of action that this kind of resource needs. */
function permissions({ resource }: Rung, all: readonly string[]): string {
  const parts = {
    service: ['services', 'revisions'],
    job: ['jobs', 'executions'],
    workerPool: ['workerpools'],
    instance: ['instances'],
  }[resource];
  const needed = all.filter((permission) => ['operations', ...parts].includes(permission.split('.')[1] ?? ''));
  return needed
    .map((permission) => `\`${permission}\`${unverifiedPermissions.has(permission) ? ' (not verified)' : ''}`)
    .join(', ');
}

function actionText({ id, title, when, precondition, change, inverse }: Action): string {
  const names = [...new Set([...Object.keys(precondition), ...Object.keys(change), ...Object.keys(inverse ?? {})])];
  const rows = names.map((name) => [
    `\`${name}\``,
    told(precondition, name),
    told(change, name),
    inverse === null && name in change ? '**cannot be undone**' : told(inverse ?? {}, name),
  ]);
  return `**${id}**, ${when === 'at-once' ? 'at once' : 'after the quiet window'}: ${title}\n\n${table(['field', 'must be', 'becomes', 'way back'], rows)}`;
}

function told(fields: Fields, name: string): string {
  return name in fields ? describeField(name, fields[name]) : '';
}

function example({ stops, doesNotStop, breaks, undo }: Plan): string[] {
  return [
    '### Stops',
    bullets(stops),
    '### Does not stop',
    bullets(doesNotStop),
    '### Breaks',
    bullets(breaks),
    '### The way back',
    undo,
  ];
}
