import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { minimal, pushed } from '../model/fixtures/read-fixture.ts';
import { receivedRecords } from './received-text.ts';

const named = (id: string) => minimal({ name: `organizations/1/sources/2/findings/${id}`, description: 'grüße 🔥' });
const lines = `${JSON.stringify(named('a'))}\n${JSON.stringify(named('b'))}\n`;
const big = (text: string) => Buffer.from(text, 'utf16le').swap16();

function read(bytes: Uint8Array, longest?: number): string[] {
  return receivedRecords(bytes, longest).map((record) =>
    'error' in record ? record.error.message : `${record.parsed.finding.caseId} ${record.parsed.finding.description}`,
  );
}
const both = ['finding-o1-2-a grüße 🔥', 'finding-o1-2-b grüße 🔥'];

test.each<[string, Uint8Array]>([
  ['UTF-8', Buffer.from(lines)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${lines}`)],
  ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${lines}`, 'utf16le')],
  ['UTF-16 without a mark', Buffer.from(lines, 'utf16le')],
  ['UTF-16, big end first', big(`\ufeff${lines}`)],
  ['UTF-16, big end first, without a mark', big(lines)],
  ['gzip', gzipSync(lines)],
  ['gzip of UTF-16', gzipSync(Buffer.from(`\ufeff${lines}`, 'utf16le'))],
  ['gzip of several parts', Buffer.concat(lines.split(/(?<=\n)/).map((line) => gzipSync(line)))],
])('findings are read from %s', (_, bytes) => {
  expect(read(bytes)).toEqual(both);
});

test('a Pub/Sub message may hold gzip', () => {
  const message = { message: { data: gzipSync(lines).toString('base64') } };
  expect(read(Buffer.from(JSON.stringify(message)))).toEqual(both);
  expect(read(Buffer.from(JSON.stringify(pushed(named('a')))))).toEqual([both[0]]);
});

test('a gzip that ends early is read as far as it goes, and that is said', () => {
  const many = Array.from(
    { length: 2_000 },
    (_, index) => `${JSON.stringify(named(`f${index}x${Math.sin(index)}`.replace('.', '')))}\n`,
  );
  const whole = gzipSync(many.join(''));
  const found = read(whole.subarray(0, whole.length - 400));
  expect(found.length).toBeGreaterThan(1_000);
  expect(found[0]).toContain('finding-o1-2-f0x0 ');
  expect(found.at(-1)).toMatch(/^line \d+: the gzip ends early/);
});

test.each<[string, Uint8Array, string]>([
  ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024, '{"a":1}')), 'gzip that unpacks to more than 31457280 bytes'],
  ['gzip in gzip', gzipSync(gzipSync(lines)), 'expected text as UTF-8 or UTF-16'],
  ['a damaged gzip', gzipSync(lines).fill(7, 20, 40), 'gzip that is damaged'],
  ['other bytes', Uint8Array.of(0x80, 0x81, 0x82), 'got 3 bytes of something else'],
  ['half of a UTF-16 unit', Uint8Array.of(0xff, 0xfe, 0x41), 'got 3 bytes of something else'],
])('%s is refused with that reason', (_, bytes, reason) => {
  expect(() => receivedRecords(bytes)).toThrow(reason);
});

test('a bomb in a message is refused in its place', () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, ' ')).toString('base64');
  expect(read(Buffer.from(JSON.stringify([{ message: { data: bomb } }, named('a')])))).toEqual([
    '[0].message.data: gzip that unpacks to more than 31457280 bytes',
    both[0],
  ]);
});

test('no more is unpacked than is asked for', () => {
  expect(read(gzipSync(lines), 4_000)).toEqual(both);
  expect(() => read(gzipSync(lines.repeat(40)), 1_000)).toThrow('more than 3000 bytes');
});
