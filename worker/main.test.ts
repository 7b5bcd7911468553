import { expect, test } from 'vitest';
import { UserError } from '../runtime/errors.ts';
import type { WorkerRole } from '../runtime/task-queues.ts';
import { assertApart, assertOwnKnown } from './main.ts';

const sandbox = { host: '127.0.0.1', port: 7610 };

test.each<[WorkerRole[]]>([
  [['cases', 'observe', 'respond']],
  [['respond', 'respond-iam']],
  [['destructive', 'virustotal']],
  [['archive', 'respond']],
])('outside the sandbox %j do not share a process; the error says what to start instead', (roles) => {
  const error = (() => {
    try {
      assertApart({}, roles);
    } catch (thrown) {
      return thrown;
    }
    return undefined;
  })();
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ exitCode: 2 });
  for (const role of roles) expect(String(error)).toContain(`firebreak worker --role ${role}`);
  expect(() => assertApart({ sandbox }, roles)).not.toThrow();
});

test.each<[WorkerRole[]]>([[['respond']], [['destructive']], [['cases', 'observe', 'virustotal', 'archive']]])(
  'outside the sandbox %j may run',
  (roles) => expect(() => assertApart({}, roles)).not.toThrow(),
);

test('outside the sandbox a role that changes something does not begin before it knows what the engine runs as', () => {
  expect(() => assertOwnKnown({ ownResourcesTold: false }, ['respond'])).toThrow(/set FIREBREAK_OWN_RESOURCES=/);
  expect(() => assertOwnKnown({ ownResourcesTold: true }, ['respond'])).not.toThrow();
  expect(() => assertOwnKnown({ ownResourcesTold: false }, ['cases', 'observe', 'archive'])).not.toThrow();
  expect(() => assertOwnKnown({ ownResourcesTold: false, sandbox }, ['respond'])).not.toThrow();
});
