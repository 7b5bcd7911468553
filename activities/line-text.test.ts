import { expect, test } from 'vitest';
import { lineText } from './line-text.ts';

test.each([
  ['a text', { textPayload: 'started' }, 'started'],
  ['a message', { jsonPayload: { message: 'login of root' } }, 'login of root'],
  [
    'a message among much else',
    { jsonPayload: { app: 'shop', level: 'warn', message: 'login of root', user: 'u1' } },
    'login of root {"app":"shop","level":"warn","user":"u1"}',
  ],
  ['msg', { jsonPayload: { level: 30, msg: 'listening', pid: 1 } }, 'listening {"level":30,"pid":1}'],
  ['both', { jsonPayload: { msg: 'b', message: 'a' } }, 'a {"msg":"b"}'],
  ['a message that is no text', { jsonPayload: { message: { a: 1 }, b: 2 } }, '{"message":{"a":1},"b":2}'],
  ['no message', { jsonPayload: { a: 1 } }, '{"a":1}'],
  [
    'a request',
    { httpRequest: { requestMethod: 'GET', requestUrl: 'https://shop.example/', status: 503 } },
    'GET https://shop.example/ 503',
  ],
  [
    'a call',
    { protoPayload: { principal: 'mira@ember.example', method: 'Services.ReplaceService', resource: 'r', status: 0 } },
    'mira@ember.example called Services.ReplaceService on r',
  ],
  [
    'a call that was refused',
    { protoPayload: { principal: '', method: 'Jobs.RunJob', resource: 'r', status: 7 } },
    'Google called Jobs.RunJob on r, refused with code 7',
  ],
  ['another payload', { protoPayload: { type: 'x' } }, '{"type":"x"}'],
  ['nothing', {}, ''],
])('of %s the line is what people look for first', (_, entry, text) => {
  expect(lineText(entry)).toBe(text);
});
