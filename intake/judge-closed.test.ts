import { expect, test } from 'vitest';
import { judgeClosed } from './judge-closed.ts';

const closed = { watermark: '2026-11-20T10:05:00Z', fingerprint: 'seen', state: 'contained' } as const;
const news = { eventTime: '2026-11-20T10:06:00Z', state: 'ACTIVE', mute: 'UNDEFINED', fingerprint: 'seen' };

test.each([
  ['at the watermark', { eventTime: '2026-11-20T10:05:00Z', fingerprint: 'new' }, {}, undefined, 'echo'],
  ['a nanosecond later', { eventTime: '2026-11-20T10:05:00.000000001Z', fingerprint: 'new' }, {}, undefined, 'reopen'],
  [
    'the same instant in another zone',
    { eventTime: '2026-11-20T11:05:00+01:00', fingerprint: 'new' },
    {},
    undefined,
    'echo',
  ],
  ['muted', { mute: 'MUTED', fingerprint: 'new' }, {}, undefined, 'echo'],
  ['unmuted', { mute: 'UNMUTED', fingerprint: 'new' }, {}, undefined, 'reopen'],
  ['not active', { state: 'INACTIVE', fingerprint: 'new' }, {}, undefined, 'echo'],
  ['of a state that SCC adds later', { state: 'SNOOZED', fingerprint: 'new' }, {}, undefined, 'echo'],
  ['newer with the same content', {}, {}, undefined, 'unchanged'],
  ['newer after an INACTIVE', {}, {}, '2026-11-20T10:05:30Z', 'reopen'],
  ['newer after an INACTIVE at the watermark itself', {}, {}, '2026-11-20T10:05:00.000Z', 'reopen'],
  ['newer, an INACTIVE before the watermark', {}, {}, '2026-11-20T10:04:59.999Z', 'unchanged'],
  ['newer than an expired case', {}, { state: 'expired' }, undefined, 'reopen'],
  ['newer than a failed case', {}, { state: 'failed' }, undefined, 'reopen'],
  ['up to an expired case’s watermark', { eventTime: '2026-11-20T10:05:00Z' }, { state: 'expired' }, undefined, 'echo'],
  ['newer than a dismissed case', {}, { state: 'dismissed' }, undefined, 'unchanged'],
  ['newer than a withdrawn case', {}, { state: 'withdrawn' }, undefined, 'reopen'],
  [
    'up to a withdrawn case’s watermark',
    { eventTime: '2026-11-20T10:05:00Z' },
    { state: 'withdrawn' },
    undefined,
    'echo',
  ],
] as const)('an activation %s', (_name, different, run, inactiveSeen, expected) => {
  expect(judgeClosed({ ...news, ...different }, 'r', { ...closed, ...run }, inactiveSeen)).toBe(expected);
});

test('a run that SCC never said anything to knows the messages that it was about, and no other', () => {
  const { fingerprint, state } = closed;
  const judged = (requestId: string, different: object = {}) =>
    judgeClosed({ ...news, ...different }, requestId, { fingerprint, state, seen: ['a', 'b'] }, undefined);
  expect([judged('a'), judged('b')]).toEqual(['echo', 'echo']);
  expect(judged('c')).toBe('reopen');
  expect(judged('c', { eventTime: '1999-01-01T00:00:00Z' })).toBe('reopen');
  expect([judged('c', { mute: 'MUTED' }), judged('c', { state: 'INACTIVE' })]).toEqual(['echo', 'echo']);
  expect(judgeClosed(news, 'a', { fingerprint, state }, undefined)).toBe('reopen');
});

test('a run that no signed record closes knows nothing: an activation opens the case again', () => {
  expect(judgeClosed(news, 'a', undefined, undefined)).toBe('reopen');
  expect(judgeClosed({ ...news, state: 'INACTIVE' }, 'a', undefined, undefined)).toBe('echo');
});
