import { expect, test } from 'vitest';
import { findingOn, proposalFor, recommended, words } from './fixtures/world.ts';
import { maliciousScript } from './malicious-script.ts';

const hash = 'ab'.repeat(32);
const whole = { sha256: hash, size: '9', hashedSize: '9' };
const fields = {
  category: 'Execution: Malicious Python Executed',
  processes: [
    {
      binary: { path: '/usr/bin/python3', ...whole },
      script: { path: '/tmp/x.py', contents: 'import socket\nsocket.create_connection(("203.0.113.9", 80))', ...whole },
      args: ['/tmp/x.py'],
    },
  ],
};

test('the script is shown, and neither its hash nor the interpreter’s is asked about', () => {
  expect(maliciousScript.lookUp(findingOn('job', fields))).toEqual([]);
  const said = words(proposalFor(fields));
  expect(said).toContain('Script /tmp/x.py: import socket');
  expect(said).toContain('may be only their beginning');
  expect(said).toContain('Interpreter and arguments: /usr/bin/python3 /tmp/x.py');
});

test('Bash and Python end with their instances; a script that means well is to go into a new revision', () => {
  for (const category of maliciousScript.categories) {
    expect(recommended(proposalFor({ ...fields, category }))).toBe('evict');
    expect(words(proposalFor({ ...fields, category }))).toContain('put them into a new revision');
  }
});

test('a long script is cut, so that a proposal stays small', () => {
  const script = { path: '/x', contents: 'a'.repeat(4_000) };
  expect(words(proposalFor({ ...fields, processes: [{ script }] }))).toMatch(/…\[cut, 2500 more\]/);
});
