import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { explained } from './explain.ts';

/** As google-gax throws: the status, and google.rpc.ErrorInfo's reason beside it. */
const thrown = (code: number, reason?: string) =>
  Object.assign(new Error('7 PERMISSION_DENIED: said by Google'), { code, ...(reason !== undefined && { reason }) });
const asked = { api: 'run', about: 'the services of shop', permission: 'run.services.list' } as const;

test.each([
  [
    'an API that is off',
    thrown(status.PERMISSION_DENIED, 'SERVICE_DISABLED'),
    'failed',
    'gcloud services enable run.googleapis.com',
  ],
  ['a refusal', thrown(status.PERMISSION_DENIED, 'IAM_PERMISSION_DENIED'), 'not-known', 'run.services.list'],
  ['refused credentials', thrown(status.UNAUTHENTICATED), 'failed', 'gcloud auth application-default login'],
  ['a thing that is not there', thrown(status.NOT_FOUND), 'failed', 'Look at the name'],
  ['no way there', thrown(status.UNAVAILABLE), 'not-known', 'FIREBREAK_RUN_ENDPOINT'],
  ['no answer in time', thrown(status.DEADLINE_EXCEEDED), 'not-known', 'FIREBREAK_RUN_ENDPOINT'],
  ['a used-up quota', thrown(status.RESOURCE_EXHAUSTED), 'not-known', 'Try again'],
  ['an error without a status', new Error('socket hang up'), 'not-known', 'Try again'],
] as const)('%s is told by its code, with what to do', (_, error, known, todo) => {
  const line = explained(error, asked);
  expect(line).toMatchObject({ status: known, todo: expect.stringContaining(todo) });
  expect(line.detail).toContain('the services of shop');
});
