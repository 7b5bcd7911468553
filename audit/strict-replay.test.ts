import { readFile } from 'node:fs/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { type WorkflowBundle, workflowBundle } from '../worker/bundle.ts';
import { verdictText } from './replay-verdict.ts';
import { replayCase } from './strict-replay.ts';
import { auditedWorkflows } from './test/audited-bench.ts';
import { type JsonHistory, withEdited, without } from './test/edit-history.ts';
import { edits } from './test/edits.ts';

const id = 'finding-audited';
let bundle: WorkflowBundle;
let history: JsonHistory;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
  });
  bundle = await workflowBundle(auditedWorkflows);
  history = JSON.parse(await readFile(new URL('test/recorded-run.json', import.meta.url), 'utf8')) as JsonHistory;
});

test('a run that nobody touched replays, and every one of its commands is compared', async () => {
  const verdict = await replayCase(history, id, bundle);
  expect(verdict).toMatchObject({
    case: id,
    ok: true,
    closed: true,
    events: history.events.length,
    commands: 14,
    differences: [],
  });
  expect(verdict.run).toMatch(/^[0-9a-f-]{36}$/);
});

describe('an edited history is told, and where', () => {
  test.each(edits)('%s', async (_title, type, nth, edit, what) => {
    const verdict = await replayCase(withEdited(history, type, nth, edit), id, bundle);
    expect(verdict.ok).toBe(false);
    expect(verdict.differences.map((difference) => difference.what)).toContain(what);
  });
});

test('the difference shows both sides and the event', async () => {
  const edited = withEdited(history, 'TIMER_STARTED', 1, (event) =>
    Object.assign(event, { startToFireTimeout: '60s' }),
  );
  const verdict = await replayCase(edited, id, bundle);
  const event = Number(history.events.find(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED')?.eventId);
  expect(verdict.differences).toEqual([{ event, what: 'timer 2: milliseconds', recorded: 3_600_000, history: 60_000 }]);
  expect(verdictText(verdict)).toContain(
    `event ${event}, timer 2: milliseconds: the code says 3600000, the history 60000`,
  );
});

test('a history from which a command was taken, and the rest numbered anew, does not pass', async () => {
  for (const [index, { eventType }] of history.events.entries()) {
    if (!isCommand(history, index)) continue;
    expect([eventType, (await replayCase(without(history, index), id, bundle)).ok]).toEqual([eventType, false]);
  }
});

test('a run that goes on replays as far as it has come, at whatever moment its history was fetched', async () => {
  const moments = history.events.flatMap(({ eventType }, index) =>
    /TASK_(SCHEDULED|STARTED)$/.test(eventType) ? [index + 1] : [],
  );
  for (const length of moments) {
    // A workflow task is written with its commands in one go: the server never shows a part of them.
    if (isCommand(history, length)) continue;
    const soFar = { events: history.events.slice(0, length) };
    expect([length, await replayCase(soFar, id, bundle)]).toEqual([
      length,
      expect.objectContaining({ ok: true, closed: false }),
    ]);
  }
});

function isCommand({ events }: JsonHistory, index: number): boolean {
  const commands =
    /ACTIVITY_TASK_SCHEDULED|TIMER_(STARTED|CANCELED)|MARKER|UPDATE_(ACCEPTED|COMPLETED)|UPSERT|PROPERTIES|EXECUTION_COMPLETED/;
  return commands.test(events[index]?.eventType ?? '');
}

test('a run that was terminated replays up to its last workflow task', async () => {
  const cut = history.events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_STARTED');
  const end = {
    eventId: String(cut + 1),
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED',
    workflowExecutionTerminatedEventAttributes: { reason: 'a test' },
  };
  const verdict = await replayCase({ events: [...history.events.slice(0, cut), end] }, id, bundle);
  expect(verdict).toMatchObject({ ok: true, closed: true, events: cut });
});

describe('other code than the run was made by', () => {
  const changed = (from: string, to: string): WorkflowBundle => {
    expect(bundle.code).toContain(from);
    return { code: bundle.code.replace(from, to), buildId: 'f'.repeat(64) };
  };

  test('code that asks for another activity stops the replay, and the verdict says why', async () => {
    const verdict = await replayCase(history, id, changed('activities.act(', 'activities.look('));
    expect(verdict.ok).toBe(false);
    expect(verdict.differences[0]?.what).toMatch(
      /^the replay stops: .*'act' does not match activity type of activity command 'look'/,
    );
    expect(verdictText(verdict)).toMatch(/made by other code \(build [0-9a-f]{12}\)/);
  });

  test('code that throws stops the replay', async () => {
    const verdict = await replayCase(history, id, changed('let asked = false;', "throw new Error('not today');"));
    expect(verdict.differences).toEqual([expect.objectContaining({ what: 'the replay stops: not today' })]);
  });

  test('code that differs in a value only, which stock replay lets pass, is told', async () => {
    const verdict = await replayCase(history, id, changed('depth: 2', 'depth: 3'));
    expect(verdict.differences).toEqual([
      expect.objectContaining({ what: 'activity 1 (look): arguments[0].depth', recorded: 3, history: 2 }),
    ]);
  });

  test('code that does not know the workflow is a verdict too', async () => {
    const verdict = await replayCase(history, id, {
      ...bundle,
      code: bundle.code.replaceAll('auditedRun', 'otherRun'),
    });
    expect(verdict.differences[0]?.what).toMatch(
      /^the replay stops: Failed to initialize workflow of type 'auditedRun'/,
    );
  });
});

test('a bundle without the recorder proves nothing, and the verdict says so', async () => {
  const verdict = await replayCase(history, id, {
    ...bundle,
    code: bundle.code.replaceAll('firebreakRecorder.activation', 'String'),
  });
  expect(verdict.differences).toEqual([expect.objectContaining({ what: 'the bundle has no recorder in it' })]);
});

describe('a history that no server wrote', () => {
  test('a workflow task without an end is told before it can stall the replay', async () => {
    const index = history.events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED');
    const { differences } = await replayCase(without(history, index), id, bundle);
    expect(differences).toMatchObject([{ event: 3, what: 'a workflow task starts and has no end' }]);
  });

  test('a gap in the numbers is told', async () => {
    const { differences } = await replayCase({ events: history.events.toSpliced(6, 1) }, id, bundle);
    expect(differences[0]).toMatchObject({ event: 8, what: 'event 7 is missing or out of order' });
  });

  test('an event that is not what it is called is told', async () => {
    const events = history.events.with(3, { ...history.events[3]!, eventType: 'EVENT_TYPE_TIMER_FIRED' });
    const { differences } = await replayCase({ events }, id, bundle);
    expect(differences[0]).toMatchObject({ event: 4, what: 'the type of the event does not go with what it holds' });
  });

  test('the history of another case is told', async () => {
    const { differences } = await replayCase(history, 'finding-other', bundle);
    expect(differences[0]).toMatchObject({ event: 1, what: `this is the history of ${id}, not of finding-other` });
  });

  test.each([[null], ['text'], [{}], [{ events: [] }], [{ events: [{ eventId: 'x' }] }]])(
    '%j is no history',
    async (value) => {
      await expect(replayCase(value, id, bundle)).rejects.toThrow(/not a history/);
    },
  );
});
