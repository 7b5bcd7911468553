import * as fc from 'fast-check';
import type { ResourceSettings, RevisionSummary, TrafficTarget } from '../../model/cloud-run.ts';
import type { Fields } from '../../model/fields.ts';
import { exampleContext, exampleRevision } from './example-context.ts';
import type { RungContext } from './rung.ts';

const account = fc.constantFrom('', 'web@shop-prod.iam.gserviceaccount.com', 'quarantine@p.iam.gserviceaccount.com');
const revisionName = fc.constantFrom('r-00001', 'r-00002', 'r-00003');

const target: fc.Arbitrary<TrafficTarget> = fc
  .record({
    latest: fc.boolean(),
    revision: revisionName,
    percent: fc.constantFrom(0, 10, 100),
    tag: fc.option(fc.constantFrom('canary', 'preview'), { nil: undefined }),
  })
  .map(({ latest, revision, percent, tag }) => ({
    ...(latest ? { type: 'latest' as const } : { type: 'revision' as const, revision }),
    percent,
    ...(tag !== undefined && { tag }),
  }));

const targets = fc.array(target, { minLength: 1, maxLength: 4 });
const scaling = fc.oneof(
  fc.record({ mode: fc.constant('manual' as const), manual: fc.nat(9) }),
  fc.record({ mode: fc.constant('automatic' as const), min: fc.nat(3), max: fc.nat(50) }, { requiredKeys: ['mode'] }),
);
const members = fc.subarray(['allUsers', 'allAuthenticatedUsers', 'user:ana@example.com', 'serviceAccount:a@b.iam']);

const fieldsOf: Readonly<Record<ResourceSettings['kind'], fc.Arbitrary<Fields>>> = {
  service: fc.record(
    {
      exists: fc.constant(true),
      traffic: targets,
      scaling,
      template: fc.record(
        { revision: revisionName, serviceAccount: account, ready: fc.constant(false as const) },
        { requiredKeys: ['revision', 'serviceAccount'] },
      ),
      ingress: fc.constantFrom(
        'INGRESS_TRAFFIC_ALL',
        'INGRESS_TRAFFIC_INTERNAL_ONLY',
        'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
      ),
      invokers: members,
      invokerIamDisabled: fc.boolean(),
    },
    { requiredKeys: ['exists', 'traffic', 'scaling', 'template'] },
  ),
  job: fc.record(
    { exists: fc.constant(true), running: fc.subarray(['e-1', 'e-2']), invokers: members },
    { requiredKeys: ['exists', 'running'] },
  ),
  instance: fc.record({ exists: fc.constant(true), runs: fc.boolean() }),
  workerPool: fc.record({
    exists: fc.constant(true),
    splits: targets,
    scaling,
    template: fc.record({ revision: revisionName, serviceAccount: account }),
  }),
};

const revision: fc.Arbitrary<RevisionSummary> = fc
  .record({
    name: revisionName,
    percent: fc.constantFrom(0, 100),
    tags: fc.subarray(['canary']),
    serviceAccount: account,
  })
  .map(({ name, ...changes }) => exampleRevision(name, changes));

/** Any resource of any kind, with any compromised and known-good revision, or without: what property tests build plans from. */
export const randomContext: fc.Arbitrary<RungContext> = fc
  .constantFrom<ResourceSettings['kind'][]>('service', 'job', 'workerPool', 'instance')
  .chain((kind) =>
    fc
      .record({
        case: fc.string(),
        fields: fieldsOf[kind],
        bad: fc.option(revision),
        good: fc.option(revision),
        latestReady: fc.oneof(revisionName, fc.constant('')),
        baseline: scaling,
        quarantined: fc.boolean(),
      })
      .map(({ case: id, fields, bad, good, latestReady, baseline, quarantined }): RungContext => {
        const example = exampleContext(kind);
        const { quarantineAccount: _absent, ...without } = example;
        return {
          ...(quarantined ? example : without),
          case: id,
          settings: { ...example.settings, fields, latestReadyRevision: latestReady },
          bad,
          good: good?.name === bad?.name ? null : good,
          baseline: { ...fields, scaling: baseline },
        };
      }),
  );
