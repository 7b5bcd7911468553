import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { minimal, readFixture, shapes } from './fixtures/read-fixture.ts';
import type { Json } from './json.ts';
import { parseFindings } from './parse-finding.ts';
import { redact } from './redact.ts';
import { removed } from './redact-texts.ts';

const secret = 'invented-secret';

test('the names of environment variables stay, their values go', () => {
  const processes = [
    {
      name: 'sh',
      envVariables: [
        { name: 'KEY', val: secret },
        { name: `A=${secret}`, val: '' },
      ],
    },
  ];
  expect(redact({ processes })).toEqual({
    processes: [
      {
        name: 'sh',
        envVariables: [
          { name: 'KEY', val: removed },
          { name: 'A', val: removed },
        ],
      },
    ],
  });
});

test.each<[string, Json]>([
  ['snake_case', { env_variables: [{ name: 'KEY', val: secret }] }],
  ['a map', { envVariables: { KEY: secret, name: secret } }],
  ['texts', { envVariables: [`KEY=${secret}`] }],
  ['one text', { envVariables: `KEY=${secret}` }],
  ['a list as Cloud Run has it', { env: [{ name: 'KEY', value: secret }] }],
  ['more fields than known', { envVariables: [{ name: 'KEY', val: { inner: secret }, extra: [secret] }] }],
  ['a source property as a text', { sourceProperties: { Environment_Variables: `KEY=${secret}` } }],
  ['a source property as a list', { sourceProperties: { environmentVariables: [secret] } }],
  [
    'a source property as a Value',
    { sourceProperties: { ENVIRONMENT_VARIABLES: { kind: 'stringValue', stringValue: secret } } },
  ],
  ['a name around it', { sourceProperties: { Container_Environment_Variables_Json: secret } }],
  ['a map written as a list', { sourceProperties: [{ key: 'Environment_Variables', value: { stringValue: secret } }] }],
  ['inside a struct', { a: { structValue: { fields: { Environment_Variables: { stringValue: secret } } } } }],
  ['lists in lists', { envVariables: [[{ name: 'KEY', val: secret }]] }],
  ['env as a text', { env: `KEY=${secret}` }],
  ['env as a long word', { env: `${secret}-${secret}` }],
  ['env as an object', { env: { KEY: secret } }],
  ['Environ', { Environ: `KEY=${secret}` }],
  ['environ as a list of texts', { environ: [`KEY=${secret}`] }],
  ['envp', { envp: [`KEY=${secret}`] }],
  ['env_vars', { env_vars: { KEY: secret } }],
  ['envs', { envs: [{ name: 'KEY', value: secret }] }],
  ['environment', { environment: { KEY: secret } }],
  ['process_env', { process_env: [`KEY=${secret}`] }],
  ['ENVIRONMENT as a Value', { ENVIRONMENT: { kind: 'stringValue', stringValue: `KEY=${secret}` } }],
  ['a map of lists', [{ key: 'environ', value: `KEY=${secret}` }]],
  ['texts NAME=value under any key', { started: ['PATH=/bin', `KEY=${secret}`] }],
  [
    'texts NAME=value as a list of Values',
    {
      a: {
        listValue: {
          values: ['PATH=/bin', `KEY=${secret}`].map((stringValue) => ({ stringValue, kind: 'stringValue' })),
        },
      },
    },
  ],
  ["the kernel's block under any key", { read: `PATH=/bin\0KEY=${secret}\0` }],
  ["the kernel's block among texts", { read: [`PATH=/bin\0KEY=${secret}\0`] }],
  ['JSON in a text', { message: JSON.stringify({ env: { KEY: secret } }) }],
])('an environment value written as %s is removed', (_, document) => {
  expect(JSON.stringify(redact(document))).not.toContain(secret);
});

test.each<[string, Json]>([
  ['an argument after its option', { processes: [{ args: ['--password', secret] }] }],
  [
    'an argument of a program that is known by its binary',
    { processes: [{ binary: { path: '/usr/bin/mysql' }, args: [`-p${secret}`] }] },
  ],
  ['a script', { script: { contents: `#!/bin/sh\nexport TOKEN=${secret}\n` } }],
  ['an encoded text', { script: { contents: `"TOKEN\\u003d${secret}"` } }],
  ['a URL', { indicator: { uris: [`https://evil.example/?token=${secret}`] } }],
  ['a description', { description: `it ran with password: ${secret}` }],
  ['a member by its name', { sourceProperties: { Db_Password: secret } }],
  ['a Value by its name', { sourceProperties: { Db_Password: { kind: 'stringValue', stringValue: secret } } }],
  ['a list by its name', { tokens: [secret, { stringValue: secret }] }],
  ['an entry of a map written as a list', { sourceProperties: [{ key: 'API_KEY', value: { stringValue: secret } }] }],
  ['a header', { headers: [{ name: 'X-Api-Key', value: secret }] }],
  ['a list of arguments as a text', { text: `exec ["tool", "--token", "${secret}"]` }],
  [
    'JSON that a program logged',
    {
      text: JSON.stringify({
        headers: [{ name: 'Authorization', value: secret }],
        args: ['-p', secret, '--password', secret].slice(2),
      }),
    },
  ],
  ['a category', { category: `Reverse Shell password=${secret}` }],
])('a secret in %s is masked', (_, document) => {
  const shown = redact(document);
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(JSON.stringify(shown)).toContain('[masked sha256:');
  expect(redact(shown)).toEqual(shown);
});

test('names, places, times, hashes and images of a finding stay, even where they have the form of a secret', () => {
  const id = `ghp_${'Ab3dEf7hJk'.repeat(4)}`;
  const document = {
    name: `organizations/1/sources/2/findings/${id}`,
    canonicalName: `projects/1/sources/2/locations/global/findings/${id}`,
    resourceName: '//run.googleapis.com/projects/p/locations/l/services/token-service',
    eventTime: '2026-11-20T10:00:00Z',
    secret: { type: 'GCP API key', filePath: { path: '/etc/app/token' } },
    containers: [{ name: 'c', uri: 'gcr.io/p/secret:1', imageId: `gcr.io/p/secret@sha256:${'0f'.repeat(32)}` }],
    access: {
      serviceAccountKeyName: '//iam.googleapis.com/projects/p/serviceAccounts/a@p.iam/keys/k',
      methodName: 'GenerateAccessToken',
    },
  };
  expect(redact(document)).toEqual(document);
});

test('the digest in a mark tells one secret from another, and is the same in every shape of the finding', () => {
  const marked = (args: string[]) => parseFindings(minimal({ processes: [{ args }] }))[0]!;
  const [one, encoded, other] = [
    ['-v', '--token=a'],
    ['"-v"', '"--token\\u003da"'],
    ['-v', '--token=b'],
  ].map(marked);
  expect(encoded!.fingerprint).toBe(one!.fingerprint);
  expect(other!.fingerprint).not.toBe(one!.fingerprint);
});

test('a mark or label env, and what only sounds like an environment, stay', () => {
  const document = { labels: { env: 'prod' }, environment: 'prod', envVariablesTruncated: true, envVariables: [] };
  expect(redact(document)).toEqual(document);
});

test.each(shapes)('nothing that comes out of the parser for %s holds an environment value', (shape) => {
  for (const name of ['reverse-shell', 'remote-command'] as const) {
    const document = readFixture(name, shape);
    expect(JSON.stringify(document)).toContain(secret);
    expect(JSON.stringify(parseFindings(document))).not.toContain(secret);
  }
});

test('environment values are removed wherever they stand and whatever they are', () => {
  const key = fc.constantFrom('envVariables', 'env_variables', 'Environment_Variables', 'environmentVariables');
  // Under `name` stands a variable's name, which stays.
  const variable = fc.string().map((text) => `K${text}`);
  const held = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      fc.string().map((text): Json => secret + text),
      fc.array(fc.record({ name: fc.constant('KEY'), val: tie('value') }), { minLength: 1 }),
      fc.dictionary(variable, tie('value'), { minKeys: 1 }),
      fc.array(tie('value'), { minLength: 1 }),
    ),
  })).value;
  const around = fc.array(fc.oneof(fc.string(), fc.constantFrom('finding', 'processes', 'structValue', 'fields')));
  fc.assert(
    fc.property(key, held, around, (key, held, around) => {
      const inner: Json = { [key]: held };
      const document = around.reduce<Json>((nested, name, index) => (index % 2 ? [nested] : { [name]: nested }), inner);
      const before = JSON.stringify(document);
      expect(JSON.stringify(redact(document))).not.toContain(secret);
      expect(JSON.stringify(document)).toBe(before);
      expect(redact(redact(document))).toEqual(redact(document));
      const [parsed] = parseFindings(minimal({ document }));
      expect(JSON.stringify(parsed)).not.toContain(secret);
    }),
    { numRuns: 200 },
  );
});

test('the digest of the document as it was received is kept', () => {
  const document = readFixture('reverse-shell', 'pubsub-v2');
  const [parsed] = parseFindings(document);
  expect(parsed!.originalSha256).toBe(digestOf(document));
  expect(parsed!.originalSha256).not.toBe(digestOf(parsed!.document));
});
