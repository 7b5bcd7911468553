import { expect, test } from 'vitest';
import { findingOn, proposalFor, recommended, words } from './fixtures/world.ts';
import { maliciousBinary } from './malicious-binary.ts';

const hash = 'ab'.repeat(32);

test('program and libraries are asked about by the hash of the whole file only', () => {
  const whole = { path: '/tmp/x', sha256: hash, size: '9', hashedSize: '9' };
  const part = { path: '/tmp/y.so', sha256: 'cd'.repeat(32), size: '9', hashedSize: '4' };
  const finding = findingOn('service', {
    category: 'Execution: Added Malicious Library Loaded',
    processes: [{ binary: { path: '/app' }, libraries: [part, whole] }],
  });
  expect(maliciousBinary.lookUp(finding)).toEqual([{ kind: 'file', value: hash, from: '/tmp/x' }]);
});

test.each(maliciousBinary.categories)(
  '%s: the instance ends, and a revision with the same image is good to go back to',
  (category) => {
    const proposal = proposalFor({ category });
    expect(recommended(proposal)).toBe('evict');
    expect(words(proposal)).toContain('Get a copy of the file');
  },
);
