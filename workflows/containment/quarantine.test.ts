import { expect, test } from 'vitest';
import { sha256Hex } from '../../model/digest.ts';
import { exampleContext, exampleRevision } from './example-context.ts';
import { quarantine } from './quarantine.ts';
import type { RungContext } from './rung.ts';

const context = exampleContext('service');
const account = 'quarantine@shop-security.iam.gserviceaccount.com';
const name = `web-fbq-${sha256Hex(context.case).slice(0, 6)}`;
const actionsOf = (one: RungContext) => quarantine.build(one)?.actions ?? [];

test('the known-good template is deployed as the quarantine account, and traffic stays where it is until that is ready', () => {
  expect(actionsOf(context)[0]).toMatchObject({
    when: 'at-once',
    precondition: { template: context.settings.fields.template, traffic: context.settings.fields.traffic },
    change: {
      template: { from: 'web-00007', revision: name, serviceAccount: account },
      traffic: [
        { type: 'revision', revision: 'web-00008', percent: 100 },
        { type: 'revision', revision: 'web-00008', percent: 0, tag: 'preview' },
      ],
    },
  });
});

test('traffic that is by name already is not written with the template', () => {
  const traffic = [{ type: 'revision' as const, revision: 'web-00008', percent: 100 }];
  const [deploy] = actionsOf(exampleContext('service', { traffic }));
  expect(Object.keys(deploy?.change ?? {})).toEqual(['template']);
});

test('then all traffic goes to the new revision only if it is the newest and ready, and no instance lives on', () => {
  const [, serve] = actionsOf(context);
  expect(serve).toMatchObject({
    when: 'at-once',
    precondition: { template: { revision: name, serviceAccount: account } },
    change: {
      traffic: [{ type: 'revision', revision: name, percent: 100 }],
      scaling: { mode: 'manual', manual: 0 },
    },
  });
});

test('scaling is given back after quiet, as it was before the case changed anything', () => {
  const [, , giveBack] = actionsOf({ ...context, baseline: { scaling: { mode: 'automatic', min: 2, max: 9 } } });
  expect(giveBack).toMatchObject({ when: 'after-quiet', change: { scaling: { mode: 'automatic', min: 2, max: 9 } } });
});

test('the way back makes the newest revision again as its own account, under another name', () => {
  const [deploy] = actionsOf(context);
  expect(deploy?.inverse).toEqual({
    template: {
      from: 'web-00008',
      revision: name.replace('fbq', 'fbu'),
      serviceAccount: 'web@shop-prod.iam.gserviceaccount.com',
    },
    traffic: context.settings.fields.traffic,
  });
});

test('it says that issued tokens work on, that the service may not work, and what serves where the new revision fails', () => {
  const plan = quarantine.build(context);
  expect(plan?.doesNotStop.join()).toMatch(/tokens already issued: they work for up to an hour/);
  expect(plan?.doesNotStop.join()).toMatch(/web-00008 still serves/);
  expect(plan?.breaks.join()).toMatch(/loses every permission/);
});

test('a reopened case takes another name than the revision that it made before', () => {
  const revisions = [...context.settings.revisions, exampleRevision(name)];
  const [deploy] = actionsOf({ ...context, settings: { ...context.settings, revisions } });
  expect(deploy?.change.template?.revision).toMatch(/^web-fbq-[0-9a-f]{6}$/);
  expect(deploy?.change.template?.revision).not.toBe(name);
});

test('the name of a service with a long name is cut to what Cloud Run takes', () => {
  const settings = { ...context.settings, name: `${'s'.repeat(51)}-${'s'.repeat(20)}` };
  const revision = actionsOf({ ...context, settings })[0]?.change.template?.revision;
  expect(revision).toMatch(/^s{51}-fbq-[0-9a-f]{6}$/);
});

const { quarantineAccount: _none, ...withoutAccount } = context;
test.each<[string, RungContext]>([
  ['no account is configured', withoutAccount],
  ['there is no known-good revision', { ...context, good: null }],
  [
    'it runs as that account already',
    exampleContext('service', { template: { revision: 'web-00008', serviceAccount: account } }),
  ],
  ['no revision is ready', { ...context, settings: { ...context.settings, latestReadyRevision: '' } }],
])('it is not offered where %s', (_words, one) => {
  expect(quarantine.build(one)).toBeNull();
});
