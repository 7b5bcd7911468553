import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEvidence } from '../audit/check-evidence.ts';
import { checkSignatures } from '../audit/check-signatures.ts';
import { fetchHistory } from '../audit/fetch-history.ts';
import type { CaseVerdict } from '../audit/replay-verdict.ts';
import type { SignatureProblem } from '../audit/signature-verdict.ts';
import { replayCase } from '../audit/strict-replay.ts';
import type { JsonHistory } from '../audit/test/edit-history.ts';
import { type Forgery, forged } from '../audit/test/forge-history.ts';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import { isJsonObject } from '../model/json.ts';
import type { Roster } from '../model/roster.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { roleKeyPath } from '../runtime/first-trust.ts';
import { folderHistories } from '../runtime/kept-histories.ts';
import { newSigningKey, type Purpose, signJson, type SigningKey } from '../runtime/signatures.ts';
import { readSigningKey } from '../runtime/signing-key-file.ts';
import { trustDocument, trustFiles } from '../runtime/trust.ts';
import { workflowBundle, type WorkflowBundle } from '../worker/bundle.ts';
import { steadily } from './faults/support/steadily.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

interface Recorded {
  readonly id: string;
  readonly run: string;
  readonly history: JsonHistory;
}

let system: System;
let ana: Analyst;
let roster: Roster;
let respondKey: SigningKey;
let observeKey: SigningKey;
let ownKey: SigningKey;
let bundle: WorkflowBundle;
let contained: Recorded;
let dismissed: Recorded;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['cases', 'observe', 'virustotal', 'respond']);
  ana = await system.addAnalyst('ana');
  respondKey = (await readSigningKey(roleKeyPath(system.paths, 'respond')))!;
  observeKey = (await readSigningKey(roleKeyPath(system.paths, 'observe')))!;
  ownKey = await newSigningKey('respond');
  bundle = await workflowBundle();
  contained = await recorded(async (id) => {
    const view = await system.until(id, ['proposed']);
    const stranger = { id: 'ana', key: await newSigningKey('ana') };
    expect((await system.approve(view, stranger, 'evict')).outcome).toBe('not-authorised');
    await system.approve(view, ana, 'evict');
  });
  dismissed = await recorded(async (id) => {
    const view = await system.until(id, ['proposed']);
    await system.send(id, await system.sign(view, ana, { kind: 'dismiss' }));
  });
  roster = await trustDocument(system).read();
});
afterAll(() => system.close());

/** A case of which `decide` makes an end, with its history. */
async function recorded(decide: (id: string) => Promise<void>): Promise<Recorded> {
  const { caseId: id, notification } = seedScenario(system.sandbox);
  system.sandbox.control.publish(notification);
  await decide(id);
  await system.client.workflow.getHandle(id).result();
  const history = (await fetchHistory(system.client, id)) as JsonHistory;
  return { id, run: (await replayCase(history, id, bundle)).run, history };
}

const replay = (...args: string[]) =>
  runFirebreak(['audit', 'replay', ...args, '--state-dir', system.stateDir], { TEMPORAL_ADDRESS: system.address });

const check = ({ id, run }: Recorded, history: JsonHistory, by = roster) =>
  checkSignatures(history, { case: id, run }, by);

/** Whether the code makes the forged history too, and what the signatures say of it. */
async function judge(of: Recorded, forgery: Forgery) {
  const history = await forged(of.history, forgery);
  const { ok } = await replayCase(history, of.id, bundle);
  const { problems } = await check(of, history);
  return { replays: ok, problems };
}

const fileOf = (sha256: string): string =>
  join(system.configuration.evidenceFolder, 'sha256', sha256.slice(0, 2), sha256);

const problem = (kind: SignatureProblem['kind'], what: RegExp) =>
  expect.objectContaining({ event: expect.any(Number), kind, what: expect.stringMatching(what) });

test('cases that nobody touched are proved, with their signatures and evidence counted, a refused decision apart', async () => {
  const inWords = await replay(contained.id, dismissed.id);
  expect(inWords).toMatchObject({ code: 0, stderr: '' });
  const pieces = String.raw`[1-9]\d* pieces of evidence whole: ok`;
  const lines = inWords.stdout.split('\n');
  expect(lines[0]).toMatch(
    new RegExp(`commands compared, 1 decision, 2 receipts and \\d+ observations hold, ${pieces}$`),
  );
  expect(lines[1]).toMatch(
    new RegExp(`commands compared, 1 decision, 0 receipts and \\d+ observations? hold, ${pieces}$`),
  );

  const { stdout } = await replay(contained.id, '--json');
  const [verdict] = JSON.parse(stdout) as [CaseVerdict];
  expect(verdict.signatures).toEqual({
    decisions: 1,
    receipts: 2,
    observations: expect.any(Number) as number,
    refused: 1,
    problems: [],
  });
  expect(verdict.evidence.problems).toEqual([]);
});

describe('a history that was forged everywhere alike replays, and its signatures say that it is forged', () => {
  const otherApprover = (text: string): string =>
    text
      .replaceAll('"approver":"ana"', '"approver":"eve"')
      .replaceAll('ana: as the test says', 'eve: as the test says');
  const otherReason = (text: string): string => text.replaceAll('as the test says', 'nothing of note');
  /** Makes the workflow believe the own key, as it believed what the local activity told it. */
  const believed = (value: unknown): unknown =>
    isJsonObject(value) && isJsonObject(value['responders'])
      ? { ...value, responders: { [ownKey.kid]: ownKey.x } }
      : value;
  const signReceipts = (key: SigningKey): NonNullable<Forgery['sign']> => {
    return (purpose, value) => (purpose === 'firebreak.receipt.v1' ? signJson(value, purpose, key) : undefined);
  };

  test.each([
    ['approver', otherApprover],
    ['reason', otherReason],
  ])('the %s of a decision', async (_part, text) => {
    for (const of of [contained, dismissed]) {
      const { replays, problems } = await judge(of, { text });
      expect(replays).toBe(true);
      expect(problems).toContainEqual(problem('does-not-hold', /^a decision in the name of (ana|eve): the signature /));
      expect(problems).toContainEqual(
        problem('not-proved', of === dismissed ? /dismissed, but no decision to do so/ : /the decisions of 0 hold/),
      );
    }
  });

  test('receipts that are signed with an own key', async () => {
    const { replays, problems } = await judge(contained, { sign: signReceipts(ownKey), value: believed });
    expect(replays).toBe(true);
    expect(problems).toContainEqual(problem('not-on-roster', /^a receipt: its key respond-\w+ is not on the roster/));
    expect(problems).toContainEqual(problem('not-proved', /contained, but no receipt that holds says that a1, a2 was/));
  });

  test('receipts that are signed with an own key under the name of the genuine one', async () => {
    const { replays, problems } = await judge(contained, {
      sign: signReceipts({ ...ownKey, kid: respondKey.kid }),
      text: (text) => text.replaceAll(respondKey.x, ownKey.x),
    });
    expect(replays).toBe(true);
    expect(problems).toContainEqual(problem('does-not-hold', /^a receipt: the signature does not match the text/));
  });

  test('decisions that are signed with an own key', async () => {
    const { replays, problems } = await judge(contained, {
      sign: (purpose, value) => {
        return purpose === 'firebreak.decision.v1' ? signJson(value, purpose, ownKey) : undefined;
      },
    });
    expect(replays).toBe(true);
    expect(problems).toContainEqual(
      problem('not-on-roster', /^a decision in the name of ana: its credential respond-/),
    );
  });

  test('a genuine decision of another run', async () => {
    const history = await forged(dismissed.history, {
      sign: (purpose, value) =>
        purpose === 'firebreak.decision.v1' && isJsonObject(value)
          ? signJson({ ...value, run: contained.run }, purpose, ana.key)
          : undefined,
    });
    expect((await check(dismissed, history)).problems).toContainEqual(
      problem('does-not-hold', /^a decision in the name of ana: it was signed for another case or run/),
    );
  });

  test('a genuine receipt of another run', async () => {
    const { problems } = await judge(contained, {
      sign: (purpose, value) =>
        purpose === 'firebreak.receipt.v1' && isJsonObject(value)
          ? signJson({ ...value, run: dismissed.run }, purpose, respondKey)
          : undefined,
    });
    expect(problems).toContainEqual(problem('does-not-hold', /^a receipt: it was signed for another case or run/));
  });
});

describe('what is taken out of a history, or put in another’s place, is told', () => {
  const isSigned = (value: unknown): value is { readonly payload: string } =>
    isJsonObject(value) && typeof value['payload'] === 'string' && typeof value['signature'] === 'string';
  const saying = (value: unknown, text: string): boolean =>
    isSigned(value) && Buffer.from(value.payload, 'base64url').toString().includes(text);

  test('receipts', async () => {
    const history = await forged(contained.history, {
      value: (value) => (saying(value, 'receipt.v1') ? 'done, believe me' : value),
    });
    expect((await check(contained, history)).problems).toEqual([
      problem('not-proved', /^respond's answer for a1 is no signed receipt/),
      problem('not-proved', /^respond's answer for a2 is no signed receipt/),
      problem('not-proved', /^the end is not proved: contained, but no receipt that holds says that a1, a2 was done/),
    ]);
  });

  test('decisions', async () => {
    const history = await forged(contained.history, {
      value: (value) => (Array.isArray(value) ? value.filter((one) => !saying(one, 'decision.v1')) : value),
    });
    const { decisions } = await check(contained, history);
    expect(decisions, 'the update still has it').toBe(1);
    const none = await forged(contained.history, {
      value: (value) => (saying(value, 'decision.v1') ? { payload: 'e30', protected: 'e30', signature: 'e30' } : value),
    });
    expect((await check(contained, none)).problems).toContainEqual(
      problem('not-proved', /^a1 was done: of the 1 approvers that it needed, the decisions of 0 hold/),
    );
    const undecided = await forged(dismissed.history, {
      value: (value) => (saying(value, 'decision.v1') ? 'yes' : value),
    });
    expect((await check(dismissed, undecided)).problems).toEqual([
      problem('not-proved', /^the end is not proved: dismissed, but no decision to do so holds/),
    ]);
  });

  test('the plan that respond was asked for', async () => {
    const history = await forged(contained.history, {
      value: (value) =>
        isJsonObject(value) && 'watch' in value && 'quorum' in value ? { ...value, breaks: [] } : value,
    });
    const { problems } = await check(contained, history);
    expect(problems).toContainEqual(problem('not-proved', /^the decision of ana is for another plan than the one/));
    expect(problems).toContainEqual(problem('not-proved', /^the receipt is of another plan or action than a1/));
  });
});

test('an end that somebody else gave the run is not proved', async () => {
  const history = await forged(dismissed.history, {
    value: (value) =>
      isJsonObject(value) && value['state'] === 'dismissed' ? { ...value, state: 'contained' } : value,
  });
  expect((await check(dismissed, history)).problems).toEqual([
    problem('not-proved', /^the end is not proved: contained, but respond was never asked for anything/),
  ]);
});

test('a credential that has expired since proves what was decided before, and nothing after', async () => {
  const at = contained.history.events.find(({ eventType }) => eventType.endsWith('UPDATE_ACCEPTED'))!['eventTime'];
  const until = (milliseconds: number): Roster => {
    const notAfter = new Date(Date.parse(String(at)) + milliseconds).toISOString();
    const expiring = <T extends { readonly credentials: Roster['approvers'][number]['credentials'] }>(one: T): T => ({
      ...one,
      credentials: one.credentials.map((credential) => ({ ...credential, notAfter })),
    });
    return { ...roster, approvers: roster.approvers.map(expiring) };
  };
  expect((await check(contained, contained.history, until(60_000))).problems).toEqual([]);
  expect((await check(contained, contained.history, until(-100))).problems).toContainEqual(
    problem('does-not-hold', /its credential expired at/),
  );
});

test('an approver who is removed from the roster since is named as that', async () => {
  const { problems } = await check(contained, contained.history, { ...roster, approvers: [] });
  expect(problems[0]).toMatchObject({ kind: 'not-on-roster' });
  expect(problems[0]?.what).toMatch(/its credential ana-\w+ is not on the roster, or no longer/);
});

test('what observe signed is checked wherever it stands in an answer', async () => {
  const observed = async (key: SigningKey, purpose: Purpose, changed = {}) => {
    const seal = { type: purpose, case: dismissed.id, run: dismissed.run, ...changed };
    const signed = await signJson(seal, purpose, key);
    const history = await forged(dismissed.history, {
      value: (value) => (isJsonObject(value) && 'seal' in value ? { ...value, seal: signed } : value),
    });
    return check(dismissed, history);
  };
  const purpose = 'firebreak.observation.v1';
  expect(await observed(observeKey, purpose)).toMatchObject({ observations: 1, problems: [] });
  expect((await observed(ownKey, purpose)).problems).toEqual([problem('not-on-roster', /^an observation: its key/)]);
  expect((await observed(observeKey, purpose, { run: contained.run })).problems).toEqual([
    problem('does-not-hold', /^an observation: it was signed for another case or run/),
  ]);
  expect((await observed(respondKey, 'firebreak.halt.v1')).problems).toEqual([
    problem('does-not-hold', /^something is signed as nothing that a case has/),
  ]);
});

test('a run that is deleted in Temporal and forged in the archive, under its new digest, is not proved', async () => {
  const { id, run } = contained;
  const { workflowService, options } = system.client;
  await workflowService.deleteWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId: id },
  });
  const history = JSON.stringify(
    await forged(contained.history, { text: (text) => text.replaceAll('as the test says', 'nothing of note') }),
  );
  await folderHistories(system.configuration.archive.folder).put({ case: id, run, closedAt: Date.now() }, history);
  // The server deletes a run some half a minute after it has closed.
  await steadily(
    'Temporal forgets the run',
    async () => {
      const described = system.client.workflow.getHandle(id, run).describe();
      return described.then(() => undefined).catch(() => true);
    },
    180_000,
  );
  const { code, stdout } = await replay(id);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /kept in the archive.* commands compared, 0 decisions, 2 receipts and \d+ observations hold, \d+ pieces .* whole: NOT PROVED/,
  );
  expect(stdout).toMatch(/\n {2}event \d+, a decision in the name of ana: the signature does not match the text\n/);
});

test('evidence that is deleted, altered or cannot be read is named, each as what it is', async () => {
  const [whole] = JSON.parse((await replay(dismissed.id, '--json')).stdout) as [CaseVerdict];
  const names = [...JSON.stringify(dismissed.history).matchAll(/"data":"([^"]+)"/g)]
    .flatMap(([, data]) => [
      ...Buffer.from(data!, 'base64')
        .toString()
        .matchAll(/"sha256":"([0-9a-f]{64})","bytes"/g),
    ])
    .map(([, sha256]) => sha256!);
  const [missing, altered, unreadable] = [...new Set(names)] as [string, string, string];
  await rm(fileOf(missing));
  await writeFile(fileOf(altered), 'another text');
  await rm(fileOf(unreadable));
  await mkdir(fileOf(unreadable));

  const { code, stdout } = await replay(dismissed.id);
  expect(code).toBe(1);
  expect(stdout).toContain(`${whole.evidence.whole - 3} pieces of evidence whole: NOT PROVED`);
  expect(stdout).toMatch(new RegExp(`evidence \\w+ ${missing.slice(0, 12)} is missing`));
  expect(stdout).toMatch(new RegExp(`evidence \\w+ ${altered.slice(0, 12)} is altered`));
  expect(stdout).toMatch(new RegExp(`evidence \\w+ ${unreadable.slice(0, 12)} was not read, .*EISDIR`));
  const [verdict] = JSON.parse((await replay(dismissed.id, '--json')).stdout) as [CaseVerdict];
  expect(verdict).toMatchObject({ ok: false, differences: [] });
  expect(new Map(verdict.evidence.problems.map(({ sha256, status }) => [sha256, status]))).toEqual(
    new Map([
      [missing, 'missing'],
      [altered, 'altered'],
      [unreadable, 'not-read'],
    ]),
  );
});

test('the record of what was changed is evidence too, though the index alone names it', async () => {
  const { record } = (await (await system.archiveIndex()).read(contained.id))!;
  await rm(fileOf(record!));
  expect(await checkEvidence(contained.history, evidenceStore(system.configuration.evidenceFolder), record)).toEqual({
    whole: expect.any(Number),
    problems: expect.arrayContaining([{ kind: 'case-record', sha256: record, status: 'missing', detail: '' }]),
  });
  const { code, stdout } = await replay(contained.id);
  expect(code).toBe(1);
  expect(stdout).toContain(`evidence case-record ${record!.slice(0, 12)} is missing`);
});

test('without a trust document that can be read nothing is said of any case', async () => {
  await writeFile(trustFiles(system.paths.trust).roster, '{}');
  const { code, stdout, stderr } = await replay(dismissed.id);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('no signature can be checked: trust document');
});
