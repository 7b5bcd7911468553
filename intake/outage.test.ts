import { status } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { isOutage } from './outage.ts';
import { DeliveryUnsettledError } from './start-case.ts';

const withCode = (code: unknown, message = 'x'): Error => Object.assign(new Error(message), { code });

test.each([
  ['Temporal away', withCode(status.UNAVAILABLE)],
  ['Temporal too slow', withCode(status.DEADLINE_EXCEEDED)],
  ['our credentials refused', withCode(status.PERMISSION_DENIED)],
  ['no such namespace', withCode(status.NOT_FOUND)],
  [
    'a search attribute that was never registered',
    withCode(status.INVALID_ARGUMENT, 'no mapping defined for search attribute Severity'),
  ],
  ['a full disk', withCode('ENOSPC')],
  ['a case that keeps changing', new DeliveryUnsettledError('finding-1-a', 8)],
])('%s is an outage: the message stays', (_name, error) => {
  expect(isOutage(error)).toBe(true);
});

test.each([
  ['a request that Temporal refuses', withCode(status.INVALID_ARGUMENT, 'blob size exceeds limit')],
  ['a fault of ours', new TypeError('x is not a function')],
  ['an argument that Node refuses', withCode('ERR_INVALID_ARG_TYPE')],
  ['something that is no error', 'text'],
])('%s is the message’s own: it becomes a dead letter', (_name, error) => {
  expect(isOutage(error)).toBe(false);
});

test('a call on a connection that was closed meanwhile is an outage, not the message’s fault', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const client = new Client({ connection });
  await connection.close();
  const error: unknown = await client.workflowService
    .describeNamespace({ namespace: 'default' })
    .catch((caught: unknown) => caught);
  expect(isOutage(error)).toBe(true);
});
