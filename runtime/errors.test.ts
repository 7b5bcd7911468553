import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { messageOf, UserError } from './errors.ts';

test('the text of an error that others threw has its secrets masked; our own words stay', () => {
  expect(messageOf(new Error('cannot connect to postgres://app:hunter2@db/x'))).toMatch(
    /^cannot connect to postgres:\/\/app:\[masked sha256:[0-9a-f]{16}…\]@db\/x$/,
  );
  expect(messageOf(new UserError('FIREBREAK_VIRUSTOTAL_API_KEY: it is empty'))).toBe(
    'FIREBREAK_VIRUSTOTAL_API_KEY: it is empty',
  );
});

test('a line of the log is JSON without secrets, whatever a library logs', async () => {
  const module = fileURLToPath(new URL('logger.ts', import.meta.url));
  const program = `
    const { createLogger } = await import(${JSON.stringify(module)});
    const logger = createLogger('test', 'info');
    logger.info({ error: new Error('password=hunter2'), url: 'https://a:hunter2@b/' }, 'token="hunter2" x');
    logger.info({ password: 'hunter2' }, 'plain');`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const lines = stderr.trim().split('\n');
  expect(stderr).not.toContain('hunter2');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    expect.stringMatching(/^token="\[masked sha256:[0-9a-f]{16}…\]" x$/),
    'plain',
  ]);
});
