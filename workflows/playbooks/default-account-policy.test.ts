import { expect, test } from 'vitest';
import { defaultAccountPolicy } from './default-account-policy.ts';
import { bad, findingOn, good, proposalFor, recommended, words } from './fixtures/world.ts';

const account = '4421-compute@developer.gserviceaccount.com';
const fields = {
  category: 'Privilege Escalation: Default Compute Engine Service Account SetIAMPolicy',
  severity: 'LOW',
  access: { principalEmail: account, callerIp: '203.0.113.5', methodName: 'google.cloud.run.v1.Services.SetIamPolicy' },
  iamBindings: [{ action: 'ADD', role: 'roles/run.invoker', member: 'allUsers' }],
};
const asDefault = { serviceAccount: '', revisions: [{ ...bad, serviceAccount: '' }, good] };

test('who changed what from where is shown, and the caller’s address is asked about', () => {
  const said = words(proposalFor(fields));
  expect(said).toContain(
    `Changed by ${account}, from the address 203.0.113.5, by google.cloud.run.v1.Services.SetIamPolicy`,
  );
  expect(said).toContain('allUsers was added for roles/run.invoker');
  expect(said).toContain(`Take the role Editor away from ${account}`);
  expect(defaultAccountPolicy.lookUp(findingOn('service', fields)).map(({ value }) => value)).toEqual(['203.0.113.5']);
  expect(
    defaultAccountPolicy.lookUp(findingOn('service', { category: fields.category, access: { callerIp: 'private' } })),
  ).toEqual([]);
});

test('where the finding says nothing of the change, that is said', () => {
  const said = words(proposalFor({ category: fields.category }));
  expect(said).toContain('Changed by not said, from the address not said, by not said');
  expect(said).toContain('What was changed is not in the finding');
});

test('the service is changed only where it runs as the account, or where the change opened it', () => {
  const closed = { ...fields, iamBindings: [] };
  const other = proposalFor(closed);
  expect(recommended(other)).toBe('hand-over');
  expect(other.recommendation.reason).toContain(
    'the service runs as storefront@ember.iam.gserviceaccount.com, not as the account',
  );
  expect(recommended(proposalFor(closed, { settings: asDefault }))).toBe('hand-over');
  expect(proposalFor(closed, { settings: asDefault }).recommendation.reason).toContain('a pipeline or a machine');
  const opened = proposalFor(fields, { settings: asDefault });
  expect(opened.recommendation.choice).toBe('plan');
  expect(opened.recommendation.reason).toMatch(/anyone may call the service|takes it away from the workload/);
});
