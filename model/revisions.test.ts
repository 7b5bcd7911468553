import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RevisionSummary } from './cloud-run.ts';
import type { Answered, LogExport } from './investigation.ts';
import { bad, carriedBy, findingOn, good, revisionOf, settingsOf } from '../workflows/playbooks/fixtures/world.ts';
import { usualRule } from './fixtures/usual-rule.ts';
import type { CarriedTraffic, GoodRule } from './good-rule.ts';
import { judgeRevisions } from './revisions.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const finding = findingOn('service', {});
const pool = 'workerPool' as const;
const answered = <T>(value: T) => ({ status: 'answered', value }) as const;

function logsOf(revisions: LogExport['revisions'], change: Partial<LogExport> = {}): LogExport {
  const evidence = { kind: 'logs', sha256: '0'.repeat(64), bytes: 1, mediaType: 'text/plain' } as const;
  const to = '2026-11-20T11:00:00Z';
  return {
    evidence,
    entries: 1,
    from: '2026-11-19T00:00:00Z',
    to,
    complete: true,
    detail: '',
    revisions,
    carriedTraffic: answered([good.name, 'a', 'b', 'n'].map((name) => carriedBy(name))),
    excerpt: [],
    ...change,
  };
}

interface Case {
  readonly revisions?: readonly RevisionSummary[];
  readonly suspect?: boolean;
  readonly logs?: LogExport;
  readonly serviceAccount?: string;
  readonly given?: typeof finding;
  readonly rule?: GoodRule;
}

const judge = ({
  revisions = [bad, good],
  suspect = false,
  logs,
  serviceAccount,
  given = finding,
  rule = usualRule,
}: Case) =>
  judgeRevisions(
    given,
    settingsOf('service', { revisions, ...(serviceAccount !== undefined && { serviceAccount }) }),
    answered(logs ?? logsOf([])),
    60,
    suspect,
    rule,
  );

describe('a known-good revision', () => {
  test('is ready, older than the first sign and the compromised one, made by someone known; the reason says all of it', () => {
    expect(judge({}).good).toEqual({
      revision: good,
      reason:
        'ready, created 2026-11-10T08:00:00Z before the first sign, by deployer@ember.example, whether with another image is not known, since tags can move; Google’s request log has requests to it before the first sign on 2 days or more, 2026-11-18T09:00:00.000Z to 2026-11-19T07:59:00.000Z',
    });
  });

  test.each<[string, Case, string]>([
    ['nothing is older', { revisions: [bad] }, 'no revision is older'],
    [
      'it is newer than the compromised one',
      { revisions: [revisionOf('n', { createTime: '2026-11-19T09:00:00Z' }), bad] },
      'no revision is older',
    ],
    [
      'it is older than the compromised one, which the finding names, but not than the first sign',
      {
        revisions: [
          { ...bad, createTime: '2026-11-21T00:00:00Z' },
          { ...good, createTime: '2026-11-20T09:59:00Z' },
        ],
        given: { ...finding, resource: { ...finding.resource!, revision: bad.name } },
      },
      'no revision is older',
    ],
    ['its age cannot be read', { revisions: [bad, { ...good, createTime: '' }] }, 'no revision is older'],
    ['it is not ready', { revisions: [bad, { ...good, ready: false }] }, 'no older revision is ready'],
    ['nobody known made it', { revisions: [bad, { ...good, creator: '' }] }, 'nobody but'],
    [
      'the workload’s own account made it',
      { revisions: [bad, { ...good, creator: bad.serviceAccount }] },
      'nobody but',
    ],
    [
      'the account that the workload has by now made it',
      {
        revisions: [bad, { ...good, creator: 'new@x.iam.gserviceaccount.com' }],
        serviceAccount: 'new@x.iam.gserviceaccount.com',
      },
      'nobody but',
    ],
    [
      'the default account made it, and the workload runs as that',
      {
        revisions: [
          { ...bad, serviceAccount: '' },
          { ...good, creator: '4421-compute@developer.gserviceaccount.com' },
        ],
      },
      'nobody but',
    ],
  ])('is none where %s', (_, given, reason) => {
    const { bad: picked, good: none } = judge(given);
    expect(picked.revision).not.toBeNull();
    expect(none.revision).toBeNull();
    expect(none.reason).toContain(reason);
  });

  test('may be made by the default account where the workload runs as another one', () => {
    const creator = '4421-compute@developer.gserviceaccount.com';
    expect(judge({ revisions: [bad, { ...good, creator }] }).good.revision?.creator).toBe(creator);
  });

  const [newer, older] = [revisionOf('b', { createTime: '2026-11-12T00:00:00Z' }), revisionOf('a')];
  const carried = (carriedTraffic: LogExport['carriedTraffic']) => logsOf([], { carriedTraffic });

  test('is the newest that is known to have carried traffic, by its share or by Google’s request log', () => {
    const revisions = [bad, newer, older];
    expect(judge({ revisions, logs: carried(answered([carriedBy('a'), carriedBy('b')])) }).good.revision).toBe(newer);
    expect(judge({ revisions, logs: carried(answered([carriedBy('a')])) }).good.revision).toBe(older);
    const serving = { ...newer, percent: 10 };
    const given = { ...finding, resource: { ...finding.resource!, revision: bad.name } };
    expect(judge({ revisions: [bad, serving, older], given, logs: carried(answered([carriedBy('a')])) }).good).toEqual({
      revision: serving,
      reason: expect.stringContaining('; it has a share of the traffic now'),
    });
  });

  test('is none where none is known to have carried traffic, whatever lines of its own it wrote', () => {
    const wrote = [{ name: 'a', entries: 9, lastAt: '2026-11-19T01:00:00Z' }];
    const judged = judge({ revisions: [bad, older], logs: logsOf(wrote, { carriedTraffic: answered([]) }) });
    expect(judged.good).toEqual({
      revision: null,
      reason: 'the only older revision that may be good is not proved',
    });
    expect(judged.candidates).toEqual([
      { name: 'a', missing: 'no requests of its own are known that came 1 day or more before the first sign' },
    ]);
  });

  test('is none where only the newest were asked about, and it is said of how many', () => {
    const older = Array.from({ length: 21 }, (_, at) => revisionOf(`a-${at}`));
    const judged = judge({ revisions: [bad, ...older], logs: carried(answered([])) });
    expect(judged.good.reason).toBe('none of the 21 older revisions that may be good is proved');
    const notAsked = judged.candidates.filter(({ missing }) => missing.includes('only the newest 20'));
    expect(notAsked.map(({ name }) => name)).toEqual(['a-20']);
  });

  test.each<[string, Answered<LogExport>]>([
    ['the quota is used up', answered(carried({ status: 'pending', reason: 'the quota is used up' }))],
    ['permission denied', { status: 'failed', reason: 'permission denied' }],
  ])('is none where whether it ever carried traffic is not known, and it is said why: %s', (reason, logs) => {
    const judged = judgeRevisions(finding, settingsOf('service'), logs, 60, false, usualRule);
    expect(judged.good.revision).toBeNull();
    expect(judged.candidates).toEqual([
      { name: good.name, missing: `whether it ever carried traffic is not known: ${reason}` },
    ]);
    expect(judgeRevisions(findingOn(pool, {}), settingsOf(pool), logs, 60, false, usualRule).candidates).toEqual([
      { name: good.name, missing: `whether it ever ran is not known: ${reason}` },
    ]);
  });
});

describe('a revision that may be good is a candidate, and none is picked,', () => {
  const traffic = (change: Partial<CarriedTraffic>) =>
    logsOf([], { carriedTraffic: answered([carriedBy(good.name, change)]) });
  const sign = '2026-11-20T09:59:00Z';
  const named = { ...finding, resource: { ...finding.resource!, revision: bad.name } };
  const young = { ...good, createTime: '2026-11-20T09:19:00Z', percent: 10 };
  const newest = { ...bad, createTime: '2026-11-20T09:30:00Z', percent: 90 };

  test.each<[string, Case, string]>([
    [
      'where its only request came 40 minutes before the first sign',
      { logs: traffic({ days: 1, firstAt: '2026-11-20T09:19:00Z', lastAt: '2026-11-20T09:19:00Z' }) },
      'requests are known on one day only, the last at 2026-11-20T09:19:00Z (FIREBREAK_GOOD_DAYS is 2); the first requests known are of 2026-11-20T09:19:00Z, less than 1 day before',
    ],
    [
      'where it has requests on one day only, well before',
      { logs: traffic({ days: 1 }) },
      'requests are known on one day only',
    ],
    [
      'where the first of its requests on two days came too late',
      { logs: traffic({ firstAt: '2026-11-19T10:00:00Z', lastAt: '2026-11-20T09:00:00Z' }) },
      'the first requests known are of 2026-11-19T10:00:00Z',
    ],
    [
      'where its requests came at the first sign or after',
      { logs: traffic({ firstAt: sign, lastAt: '2026-11-22T09:00:00Z' }) },
      'no requests of its own',
    ],
    ['where its requests are of no time', { logs: traffic({ firstAt: '', lastAt: 'x' }) }, 'no requests of its own'],
    ['where they began at no time', { logs: traffic({ firstAt: 'soon' }) }, 'the first requests known are of soon'],
    [
      'where the number of days is none',
      { logs: traffic({ days: Number.NaN }) },
      'requests are known on NaN days only',
    ],
    [
      'where the number of days is endless',
      { logs: traffic({ days: Infinity }) },
      'requests are known on Infinity days only',
    ],
    [
      'where the account of the compromised one made it, in other letters too',
      { revisions: [bad, { ...good, creator: bad.creator.toUpperCase() }] },
      `created by the same account as the compromised one (${bad.creator.toUpperCase()}, which FIREBREAK_TRUSTED_DEPLOYERS does not name)`,
    ],
    [
      'where who made the compromised one is not known',
      { revisions: [{ ...bad, creator: '' }, good] },
      'who created the compromised one, so perhaps the same, is not known',
    ],
    [
      'where it has a share now and was made 40 minutes before the first sign',
      { revisions: [newest, young], given: named },
      'created 2026-11-20T09:19:00Z, less than 1 day before the first sign (FIREBREAK_GOOD_BEFORE_SECONDS)',
    ],
    [
      'where it has a share now and the account of the compromised one made it',
      { revisions: [bad, { ...good, percent: 10, creator: bad.creator }], given: named },
      'created by the same account',
    ],
    ['where the rule is no number', { rule: { ...usualRule, beforeSeconds: Number.NaN } }, 'created 2026-11-10'],
  ])('%s', (_, given, missing) => {
    const judged = judge(given);
    expect(judged.bad.revision).not.toBeNull();
    expect(judged.good.revision).toBeNull();
    expect(judged.candidates).toEqual([{ name: good.name, missing: expect.stringContaining(missing) }]);
  });

  test('also of a worker pool, which has to have written lines on several days', () => {
    const one = carriedBy(good.name, { days: 1 });
    const judged = (carriedTraffic: readonly CarriedTraffic[]) =>
      judgeRevisions(
        findingOn(pool, {}),
        settingsOf(pool),
        answered(logsOf([], { carriedTraffic: answered(carriedTraffic) })),
        60,
        false,
        usualRule,
      );
    expect(judged([one]).good.revision).toBeNull();
    expect(judged([one]).candidates[0]?.missing).toContain('log lines are known on one day only');
    expect(judged([carriedBy(good.name)]).good.revision).toBe(good);
  });

  test('unless an administrator trusts the account that made both', () => {
    const revisions = [bad, { ...good, creator: bad.creator }];
    const rule = { ...usualRule, trustedDeployers: ['other@ember.example', bad.creator.toUpperCase()] };
    expect(judge({ revisions, rule }).good.revision?.name).toBe(good.name);
  });

  test('but an older one that is proved is picked, and the candidate said besides', () => {
    const planted = revisionOf('planted', { createTime: '2026-11-18T00:00:00Z' });
    const judged = judge({ revisions: [bad, planted, good] });
    expect(judged.good.revision?.name).toBe(good.name);
    expect(judged.candidates.map(({ name }) => name)).toEqual(['planted']);
  });

  test('and settings may ask for less or more', () => {
    const one = traffic({ days: 1, firstAt: '2026-11-20T09:19:00Z', lastAt: '2026-11-20T09:19:00Z' });
    const rule = (beforeSeconds: number, days: number) => ({ ...usualRule, beforeSeconds, days });
    expect(judge({ logs: one, rule: rule(2_400, 1) }).good.revision?.name).toBe(good.name);
    expect(judge({ logs: one, rule: rule(2_401, 1) }).good.revision).toBeNull();
    expect(judge({ rule: rule(86_400, 3) }).good.revision).toBeNull();
  });
});

describe('where the image is suspect', () => {
  const withDigest = (one: RevisionSummary, letter: string) => ({ ...one, imageDigest: digest(letter) });

  test.each<[string, Case]>([
    ['runs the same digest', { revisions: [withDigest(bad, 'a'), withDigest(good, 'a')] }],
    [
      'runs the same digest under another name',
      { revisions: [withDigest(bad, 'a'), withDigest({ ...good, image: 'other/name' }, 'a')] },
    ],
    ['has a tag only, which may be the same image', { revisions: [withDigest(bad, 'a'), good] }],
    ['cannot be compared, since the compromised one has a tag only', { revisions: [bad, withDigest(good, 'b')] }],
    [
      'runs the digest that the finding names',
      {
        revisions: [bad, withDigest(good, 'a')],
        given: {
          ...finding,
          resource: { ...finding.resource!, revision: bad.name },
          containers: [{ name: 'c', uri: 'x', imageId: digest('a') }],
        },
      },
    ],
  ])('an older revision is not good that %s', (_, given) => {
    const { revision, reason } = judge({ ...given, suspect: true }).good;
    expect([revision, reason]).toEqual([null, expect.stringContaining('no older revision')]);
  });

  test('an older revision with another digest is, also where only the finding says the bad one', () => {
    expect(judge({ revisions: [withDigest(bad, 'a'), withDigest(good, 'b')], suspect: true }).good.reason).toContain(
      'with another image',
    );
    const given = { ...finding, containers: [{ name: 'c', uri: 'x', imageId: digest('a') }] };
    const serving = { ...bad, image: 'x' };
    const named = { ...given, containerImageUri: 'x' };
    expect(
      judge({ revisions: [serving, withDigest(good, 'b')], given: named, suspect: true }).good.revision?.name,
    ).toBe(good.name);
  });

  const sidecars = (letter: string) => [{ name: 'agent', image: 'agent', imageDigest: digest(letter) }];

  test.each<[string, Case]>([
    [
      'runs the digest that the finding names as a sidecar',
      {
        revisions: [withDigest(bad, 'a'), { ...withDigest(good, 'b'), sidecars: sidecars('a') }],
        given: { ...finding, containers: [{ name: 'c', uri: 'x', imageId: digest('a') }] },
      },
    ],
    [
      'shares one of several images, any of which may be the bad one',
      {
        revisions: [
          { ...withDigest(bad, 'a'), sidecars: sidecars('c') },
          { ...withDigest(good, 'b'), sidecars: sidecars('c') },
        ],
      },
    ],
    [
      'has a sidecar by a tag, which may be the same image',
      { revisions: [withDigest(bad, 'a'), { ...withDigest(good, 'b'), sidecars: [{ name: 'x', image: 'x:1' }] }] },
    ],
    [
      'cannot be compared, since a sidecar of the compromised one has a tag only',
      { revisions: [{ ...withDigest(bad, 'a'), sidecars: [{ name: 'x', image: 'x:1' }] }, withDigest(good, 'b')] },
    ],
  ])('an older revision is not good that %s', (_, given) => {
    const { revision, reason } = judge({ ...given, suspect: true }).good;
    expect([revision, reason]).toEqual([null, expect.stringContaining('no older revision')]);
  });

  test('an older revision is good that shares an image which the finding does not name', () => {
    const revisions = [
      { ...withDigest(bad, 'a'), sidecars: sidecars('c') },
      { ...withDigest(good, 'b'), sidecars: sidecars('c') },
    ];
    const given = { ...finding, containers: [{ name: 'c', uri: 'x', imageId: digest('a') }] };
    expect(judge({ revisions, given, suspect: true }).good.revision?.name).toBe(good.name);
  });

  test('the image of a sidecar is, whatever the playbook: no request reaches it', () => {
    const given = { ...finding, containers: [{ name: 'agent', uri: 'x', imageId: digest('c') }] };
    const judged = (letter: string) =>
      judge({
        revisions: [
          { ...withDigest(bad, 'a'), sidecars: sidecars('c') },
          { ...withDigest(good, 'a'), sidecars: sidecars(letter) },
        ],
        given,
      });
    expect(judged('c').bad.revision?.name).toBe(bad.name);
    expect(judged('c').good.revision).toBeNull();
    expect(judged('d').good.revision?.name).toBe(good.name);
  });

  test('the same image is good enough where it is not', () => {
    expect(judge({ revisions: [withDigest(bad, 'a'), withDigest(good, 'a')] }).good.reason).toContain(
      'the same image, which is not what is bad',
    );
  });
});

describe('the compromised revision', () => {
  test.each<[string, Case, string | null, string]>([
    [
      'the finding names',
      { given: { ...finding, resource: { ...finding.resource!, revision: good.name } } },
      good.name,
      'the finding names it',
    ],
    [
      'is gone',
      { given: { ...finding, resource: { ...finding.resource!, revision: 'gone' } } },
      null,
      'which the resource no longer has',
    ],
    [
      'is not among many',
      {
        revisions: Array.from({ length: 20 }, (_, index) => ({ ...good, name: `web-${index}` })),
        given: { ...finding, resource: { ...finding.resource!, revision: 'gone' } },
      },
      null,
      'which is not among the newest 500',
    ],
    [
      'runs the image',
      { revisions: [bad, good], given: { ...finding, containerImageUri: good.image } },
      good.name,
      'runs the image that the finding names',
    ],
    [
      'runs the digest as a sidecar',
      {
        revisions: [bad, { ...good, sidecars: [{ name: 's', image: 's', imageDigest: digest('e') }] }],
        given: { ...finding, containers: [{ name: 's', uri: '', imageId: digest('e') }] },
      },
      good.name,
      'runs the image that the finding names by digest',
    ],
    [
      'runs the image as a sidecar',
      {
        revisions: [bad, { ...good, sidecars: [{ name: 's', image: 'miner:1' }] }],
        given: { ...finding, containerImageUri: 'miner:1' },
      },
      good.name,
      'runs the image that the finding names',
    ],
    ['is the only one that serves', {}, bad.name, 'the only revision that serves'],
    ['is one of two that serve', { revisions: [bad, { ...good, tags: ['canary'] }] }, null, '2 revisions serve'],
    ['serves nowhere', { revisions: [good] }, null, '0 revisions serve'],
  ])('that %s', (_, given, name, reason) => {
    const judged = judge(given);
    expect([judged.bad.revision?.name ?? null, judged.bad.reason]).toEqual([name, expect.stringContaining(reason)]);
    if (name === null) expect(judged.good.revision).toBeNull();
  });

  test('is gone and quiet where it takes no traffic, has no tag, and complete logs are silent for twice the window', () => {
    const off = { ...bad, percent: 0 };
    const given = { ...finding, resource: { ...finding.resource!, revision: bad.name } };
    const last = (lastAt: string) => logsOf([{ name: bad.name, entries: 1, lastAt }]);
    const silent = last('2026-11-20T10:57:59Z');
    const quiet = (revision: RevisionSummary, logs?: LogExport) =>
      judge({ revisions: [revision, good], given, ...(logs && { logs }) }).goneAndQuiet;
    expect(quiet(off, silent)).toBe(true);
    expect(quiet(off, last('2026-11-20T10:58:00Z'))).toBe(false);
    expect(quiet(off, { ...silent, complete: false })).toBe(false);
    const unread = { status: 'failed', reason: 'permission denied' } as const;
    expect(
      judgeRevisions(given, settingsOf('service', { revisions: [off] }), unread, 60, false, usualRule).goneAndQuiet,
    ).toBe(false);
    expect(quiet({ ...off, tags: ['t'] }, silent)).toBe(false);
    expect(quiet(bad, silent)).toBe(false);
  });
});

test('a job has no revision, and that is said', () => {
  const { bad: compromised, good: known } = judgeRevisions(
    findingOn('job', {}),
    settingsOf('job'),
    { status: 'pending', reason: '' },
    60,
    true,
    usualRule,
  );
  const none = { revision: null, reason: 'a job has no revisions' };
  expect([compromised, known]).toEqual([none, none]);
});

const anyRevision = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    createTime: fc.constantFrom(
      '',
      'x',
      '2026-11-01T00:00:00Z',
      '2026-11-02T00:00:00Z',
      '2026-11-18T00:00:00Z',
      '2026-11-19T23:00:00+02:00',
      '2026-11-20T00:00:00Z',
      '2026-11-22T00:00:00Z',
    ),
    // Mostly as good ones are, so that some are picked.
    ready: fc.constantFrom(true, true, true, false),
    creator: fc.constantFrom(
      '',
      'ana@ember.example',
      'ben@ember.example',
      'mira@ember.example',
      'own@x.iam.gserviceaccount.com',
      '1-compute@developer.gserviceaccount.com',
    ),
    imageDigest: fc.constantFrom(digest('a'), digest('b')),
    serviceAccount: fc.constantFrom('', 'own@x.iam.gserviceaccount.com'),
    percent: fc.constantFrom(0, 0, 0, 100),
    tagged: fc.constantFrom(false, false, false, true),
    byTag: fc.boolean(),
  })
  .map(({ name, tagged, byTag, imageDigest, ...change }) =>
    revisionOf(name, { ...change, tags: tagged ? ['t'] : [], ...(!byTag && { imageDigest }) }),
  );

test('whatever the revisions are: a good one keeps every rule, and is another one than the compromised', () => {
  const drawn = fc.record({
    revisions: fc.uniqueArray(anyRevision, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }),
    suspect: fc.boolean(),
    kind: fc.constantFrom('service' as const, pool),
    serviceAccount: fc.constantFrom('', 'own@x.iam.gserviceaccount.com'),
    writers: fc.subarray(['a', 'b', 'c', 'd', 'e']),
  });
  let picked = 0;
  fc.assert(
    fc.property(drawn, ({ revisions, suspect, kind, serviceAccount, writers }) => {
      const logs = answered(logsOf([], { carriedTraffic: answered(writers.map((name) => carriedBy(name))) }));
      const judged = judgeRevisions(
        findingOn(kind, {}),
        settingsOf(kind, { revisions, serviceAccount }),
        logs,
        60,
        suspect,
        usualRule,
      );
      expect(judged.bad.reason).not.toBe('');
      expect(judged.good.reason).not.toBe('');
      const [compromised, known] = [judged.bad.revision, judged.good.revision];
      if (known === null) return;
      picked += 1;
      expect(compromised).not.toBeNull();
      expect(known.name).not.toBe(compromised!.name);
      expect(known.ready).toBe(true);
      expect(known.percent > 0 || writers.includes(known.name)).toBe(true);
      expect(Date.parse(known.createTime)).toBeLessThanOrEqual(Date.parse('2026-11-19T09:59:00Z'));
      expect(known.creator).not.toBe(compromised!.creator);
      expect(Date.parse(known.createTime)).toBeLessThan(Date.parse(compromised!.createTime));
      expect(['', serviceAccount, compromised!.serviceAccount]).not.toContain(known.creator);
      if (suspect)
        expect([digest('a'), digest('b')].filter((one) => one !== compromised!.imageDigest)).toEqual([
          known.imageDigest,
        ]);
      expect(judged.good.reason).toContain(known.createTime);
      expect(judged.good.reason).toContain(known.creator);
    }),
    { numRuns: 1_000 },
  );
  expect(picked).toBeGreaterThan(0);
});

test('what was deployed after the finding is never taken for the compromised revision, also where nothing else serves', () => {
  const after = { createTime: '2026-11-20T11:00:00Z', percent: 100 };
  const fix = { ...bad, ...after, name: 'fix' };
  const revisions = [fix, { ...bad, percent: 0, tags: [] }, good];
  expect(judge({ revisions }).bad.revision?.name).not.toBe('fix');
  const unnamed = { ...finding, containers: [], containerImageUri: '' };
  expect(judge({ revisions, given: unnamed }).bad).toEqual({
    revision: null,
    reason: 'only fix serves, which was deployed after the finding, and the finding fits none of the others',
  });
  expect(judge({ revisions: [bad, good], given: unnamed }).bad.revision?.name).toBe(bad.name);
});
