import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { clientOf, document, list, name, organization, parent, start } from './test-findings.ts';

test.each([
  ['with its location and organization', name('a1')],
  ['without its location', `${organization}/sources/771/findings/a1`],
  ['by its canonical name', 'projects/667700112233/sources/771/locations/global/findings/a1'],
])('a finding is found by its name %s', async (_how, written) => {
  const sandbox = await start();
  sandbox.control.publish(document('a1'));
  sandbox.control.publish(document('a2'));
  expect(await list(sandbox, `name = "${written}"`)).toEqual(['a1']);
});

test('findings of two owners with the same source and id are two, each found by its own names only', async () => {
  const sandbox = await start();
  const other = JSON.parse(
    JSON.stringify(document('a1')).replaceAll('514203345678', '999').replaceAll('667700112233', '888'),
  ) as object;
  sandbox.control.publish(document('a1'));
  sandbox.control.publish(other);
  const found = async (written: string) => {
    const sources = `${written.split('/sources/')[0]}/sources/-`;
    const [results] = await clientOf(sandbox).listFindings({ parent: sources, filter: `name="${written}"` });
    return results.map(({ finding }) => finding?.canonicalName);
  };
  const canonical = (project: string) => `projects/${project}/sources/771/locations/global/findings/a1`;
  expect(await found(name('a1'))).toEqual([canonical('667700112233')]);
  expect(await found('organizations/999/sources/771/findings/a1')).toEqual([canonical('888')]);
  expect(await found(canonical('888'))).toEqual([canonical('888')]);
});

test('what was published without a canonical name is answered with one', async () => {
  const sandbox = await start();
  const { finding, resource } = document('a1');
  const { canonicalName, ...without } = finding;
  sandbox.control.publish({ finding: without, resource });
  const [[result]] = await clientOf(sandbox).listFindings({ parent });
  expect(result?.finding?.canonicalName).toBe(canonicalName);
});

test.each([
  [
    `resource_name : "/locations/europe-west1/services/checkout" AND event_time >= "2026-11-21T10:00:00Z" AND event_time < "2026-11-21T11:00:00Z"`,
    ['a', 'b'],
  ],
  [`event_time > ${Date.parse('2026-11-21T10:30:00Z')}`, ['b', 'c']],
  [`severity="LOW" OR severity="HIGH" AND state="ACTIVE"`, ['b']],
  [`severity="LOW" OR (severity="HIGH" AND state="INACTIVE")`, ['c']],
  [`-state="ACTIVE"`, ['c']],
  [`state="ACTIVE" AND NOT mute="MUTED"`, ['a']],
  [
    `category:"Shell" AND resource.type="google.cloud.run.Service" AND resource.project_display_name="rhea-prod-4421"`,
    ['a', 'b', 'c'],
  ],
  [`security_marks.marks.Reviewed-By="ANA"`, ['c']],
  [`-(finding_class="THREAT")`, []],
])('the filter %s finds %j: OR binds tighter than AND', async (filter, expected) => {
  const sandbox = await start();
  sandbox.control.publish(document('a'));
  sandbox.control.publish(document('b', { eventTime: '2026-11-21T10:45:00Z', severity: 'HIGH', mute: 'MUTED' }));
  sandbox.control.publish(
    document('c', {
      eventTime: '2026-11-21T12:00:00Z',
      severity: 'LOW',
      state: 'INACTIVE',
      securityMarks: { marks: { 'reviewed-by': 'ana' } },
    }),
  );
  expect(await list(sandbox, filter, { orderBy: 'event_time' })).toEqual(expected);
});

test.each([
  ['severty="HIGH"', /cannot filter findings by "severty"/],
  ['source_properties.x="1"', /cannot filter findings by "source_properties.x"/],
  ['event_time : "2026"', /event_time cannot be compared with :/],
  ['event_time > "yesterday"', /RFC 3339/],
  ['state="OPEN"', /state is one of ACTIVE, INACTIVE/],
  ['state="ACTIVE" severity="LOW"', /expected AND, OR or the end/],
  ['state=ACTIVE', /must be in quotes/],
  ['(state="ACTIVE"', /expected "\)"/],
])('the filter %s is refused, never answered with nothing', async (filter, message) => {
  const sandbox = await start();
  sandbox.control.publish(document('a'));
  await expect(list(sandbox, filter)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringMatching(message) as string,
  });
});

test('a scope that the sandbox does not know, and an unknown order, are refused', async () => {
  const sandbox = await start();
  sandbox.control.publish(document('a'));
  const client = clientOf(sandbox);
  await expect(client.listFindings({ parent: 'organizations/1/sources/-' })).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
  await expect(client.listFindings({ parent: 'organizations/1' })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
  await expect(client.listFindings({ parent, orderBy: 'score' })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
  const [inProject] = await client.listFindings({ parent: 'projects/rhea-prod-4421/sources/-' });
  expect(inProject).toHaveLength(1);
});
