import { expect, test } from 'vitest';
import { isServed, showsLife } from './line-kinds.ts';

const logs = 'projects/p/logs/';
const requests = `${logs}run.googleapis.com%2Frequests`;
const platform = `${logs}run.googleapis.com%2Fvarlog%2Fsystem`;
const line = (log: string, instance: string, text = '') => ({ log, instance, text });

test.each([
  ['a request that an instance served', line(requests, 'i1'), true],
  ['a request that was refused', line(requests, ''), false],
  ['an instance that starts', line(platform, 'i1', 'Starting new instance. Reason: AUTOSCALING - …'), true],
  ['a container that ended by itself', line(platform, 'i1', 'Container called exit(3).'), false],
  ['a container that was ended', line(platform, 'i1', 'Container terminated on signal 9.'), false],
  ['what Google says of an instance in words of its own', line(platform, 'i1', 'Memory limit exceeded'), true],
  ['what Google says of the resource', line(platform, '', 'Ready condition status changed to True'), false],
  ['what a container writes', line(`${logs}run.googleapis.com%2Fstdout`, 'i1', 'beacon'), true],
  ['what only looks like an end', line(`${logs}run.googleapis.com%2Fstdout`, 'i1', 'Container called exit(0).'), true],
  ['what a client library writes, without an instance', line(`${logs}winston_log`, '', 'work done'), true],
  ['what was done to it', line(`${logs}cloudaudit.googleapis.com%2Factivity`, '', 'UpdateService'), false],
] as const)('%s: is it a sign of life?', (_, given, life) => {
  expect(showsLife(given)).toBe(life);
});

test('only a request with an instance was served', () => {
  expect(isServed(line(requests, 'i1'))).toBe(true);
  expect(isServed(line(requests, ''))).toBe(false);
  expect(isServed(line(platform, 'i1'))).toBe(false);
});
