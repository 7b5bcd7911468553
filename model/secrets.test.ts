import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectors } from './detectors/catalogue.ts';
import { maskArguments, maskSecrets, maskText } from './secrets.ts';

const mark = /\[masked sha256:[0-9a-f]{16}…\]/g;
const word = (length: number, letters = 'Ab3dEf7hJk') => letters.repeat(20).slice(0, length);
/** In parts, so that no scanner of this repository takes them for real ones. */
const of = (...parts: readonly string[]): string => parts.join('');

/** Tokens that tell by themselves what they are. */
const tokens: readonly (readonly [string, string])[] = [
  ['an AWS access key id', of('AK', 'IA', word(16, 'QR2S3T4U5V'))],
  ['a Google API key', of('AI', 'za', word(35))],
  ['a Google access token', of('ya', '29.', word(60))],
  ['a Google client secret', of('GOC', 'SPX-', word(28))],
  ['a GitHub token', of('gh', 'p_', word(36))],
  ['a GitHub app token', of('gh', 's_', word(36))],
  ['a fine-grained GitHub token', of('github', '_pat_', word(82))],
  ['a GitLab token', of('gl', 'pat-', word(20))],
  ['a Slack token', of('xo', 'xb-1234567890-', word(24))],
  ['a Stripe key', of('sk', '_live_', word(24))],
  ['a restricted Stripe key', of('rk', '_test_', word(24))],
  ['an npm token', of('np', 'm_', word(36))],
  ['a PyPI token', of('py', 'pi-AgEIcHlwaS5vcmc', word(60))],
  ['a SendGrid key', of('S', 'G.', word(22), '.', word(43))],
  ['a Twilio key', of('S', 'K', word(32, '0123456789abcdef'))],
  ['a Telegram bot token', of('123456789:', 'A', word(34))],
  ['a Vault token', of('hv', 's.', word(90))],
  ['a JSON Web Token', of('ey', 'JhbGciOiJIUzI1NiJ9.', 'ey', 'JzdWIiOiIxMjM0In0.', word(43))],
  [
    'a private key',
    of('-----BEGIN RSA PRI', 'VATE KEY-----\n', word(64), '\n', word(20), '==\n-----END RSA PRI', 'VATE KEY-----'),
  ],
];
/** What may be part of a word or of a host's name where letters stand before it. */
const tokensAlone: readonly (readonly [string, string])[] = [
  ['an OpenAI key', of('sk', '-proj-', word(48))],
  ['an Anthropic key', of('sk', '-ant-api03-', word(93), 'AA')],
  ['another key of that form', of('sk', '-', word(32, 'abcdef0123456789'))],
];
test.each([...tokens, ...tokensAlone])('%s is masked wherever it stands', (_name, secret) => {
  for (const text of [secret, `use ${secret} now`, `x="${secret}";`, `https://api.example/v1/${secret}/me`]) {
    const shown = maskSecrets(text);
    expect(shown).not.toContain(secret.slice(-12));
    expect(shown.replace(mark, secret)).toBe(text);
  }
});

const secret = 'hunter2-Planted.Value';
test.each([
  ['password=', '', ''],
  ['DB_PASSWORD = "', '"', ''],
  ['export PGPASSWORD=', '', '; psql -h 192.0.2.1'],
  ['passwd: ', '', '\nhost: db'],
  ['{"user":"bob","password":"', '"', ',"port":5432}'],
  ['{\\"client_secret\\": \\"', '\\"', ',\\"port\\":5432}'],
  ["{'api_key': '", "'", '}'],
  ['curl --token ', '', ' https://evil.example/'],
  ['tool --api-key=', '', ' --verbose'],
  ['postgres://app:', '', '@db.internal:5432/app'],
  ['https://:', '', '@redis.internal/0'],
  ['https://evil.example/a?access_token=', '', '&page=2#top'],
  ['https://b.example/o?X-Goog-Signature=', '', '&X-Goog-Expires=60'],
  ['https://acc.blob.example/c?sv=2024&sig=', '', '&se=2026'],
  ['https://maps.example/api?key=', '', '&q=a'],
  ["curl -H 'Authorization: Bearer ", "'", ' https://evil.example/'],
  ['Proxy-Authorization: Basic ', '', '\nHost: evil.example'],
  ['GET / HTTP/1.1\nCookie: sid=', '', '\nHost: evil.example'],
  ['Set-Cookie: sid=', '; Path=/; HttpOnly', '\n'],
  ['-H "X-Api-Key: ', '"', ' "https://evil.example/"'],
  ['mysql -u root -p', '', ' shop'],
  ['sshpass -p ', '', ' ssh root@192.0.2.1'],
  ['curl -s -u bob:', '', ' https://evil.example/'],
  ['redis-cli -a ', '', ' keys'],
  ['docker login -u bob -p ', '', ' registry.example'],
  ['AccountName=a;AccountKey=', '', ';EndpointSuffix=core'],
  ['Server=db;Pwd=', '', ';Database=a'],
  ['https://hooks.slack.com/services/', '', ''],
  ['<password>', '', '</password>'],
  ['password%3D', '', '&x=1'],
  ["os.environ['API_TOKEN'] = '", "'", ''],
])('the secret after %s is masked, and what is around it stays', (before, after, rest) => {
  const text = `${before}${secret}${after}${rest}`;
  const shown = maskSecrets(text);
  expect(shown).not.toContain('hunter2');
  expect(shown).toMatch(mark);
  expect(shown.startsWith(before.replace(/sid=$/, ''))).toBe(true);
  expect(shown.endsWith(rest)).toBe(true);
});

test.each([
  ['a hash', `/tmp/upd ${'0f'.repeat(32)}`],
  ['an image', `europe-docker.pkg.dev/p/auth/token-service:1.2@sha256:${'0f'.repeat(32)}`],
  ['an address with its port', 'connected to 203.0.113.7:4444'],
  ['a URL', 'http://token-service.internal:8080/v1/secrets?page=2&size=10'],
  ['a secret by its name', 'projects/p/secrets/db-password/versions/latest'],
  ['where a secret is', 'PASSWORD_FILE=/run/secrets/db token_uri: https://oauth2.example/token'],
  ['a command whose output is taken', 'TOKEN=$(curl -s http://169.254.169.254/computeMetadata/v1/)'],
  ['no value', '{"password":null,"token":"","secret":false}'],
  ['prose', 'Basic authentication failed: the bearer of this token may read secrets, and its password is weak.'],
  ['a name of a finding', 'organizations/1/sources/2/findings/0af1b2c3'],
  ['a service account', 'checkout@rhea-prod.iam.gserviceaccount.com'],
  ['a revision', 'task-runner-00012-xen and sk-checkout-api-00011-kud'],
  ['a method', 'google.iam.credentials.v1.IAMCredentials.GenerateAccessToken'],
  ['the working directory', 'PWD=/usr/src/app OLDPWD=/'],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
  ['a label in JSON', '{"environment":"production"}'],
])('%s stays as it is', (_name, text) => {
  expect(maskSecrets(text)).toBe(text);
});

test('names of detectors stay as they are', () => {
  for (const { displayName } of detectors) expect(maskSecrets(displayName)).toBe(displayName);
});

test('in a list of arguments the value after an option is masked, with the digest of the whole list', () => {
  const list = ['/bin/tool', '--password', 'two words', '-v', '--token=abc', 'mysql', '-pabc', '--host', 'db'];
  const shown = maskArguments(list);
  const marks = shown.flatMap((arg) => arg.match(mark) ?? []);
  expect(shown).toEqual([
    '/bin/tool',
    '--password',
    marks[0],
    '-v',
    `--token=${marks[0]}`,
    'mysql',
    `-p${marks[0]}`,
    '--host',
    'db',
  ]);
  expect(maskArguments(['-pabc'], '/usr/bin/mysqldump')[0]).toMatch(/^-p\[masked/);
  expect(maskArguments(['-p', '8080:8080'], 'server')).toEqual(['-p', '8080:8080']);
  expect(maskArguments(shown)).toEqual(shown);
});

test('escapes of a JSON encoded text hide no secret, and what is decoded later is what is shown', () => {
  for (const text of ['"--pass\\u0077ord=abc \\"x\\""', 'tok\\u0065n\\u003dabc "x"']) {
    const shown = maskText(text);
    expect(shown).not.toContain('abc');
    expect(JSON.parse(shown)).toMatch(mark);
    expect(maskText(shown)).toBe(shown);
  }
});

test('an environment that is written as JSON within a text is masked', () => {
  for (const text of [
    '{"env":{"A":"x\\"]}","B":"abc"},"c":1}',
    '{\\"envVars\\":[{\\"name\\":\\"A\\",\\"val\\":\\"abc\\"}],\\"c\\":1}',
  ]) {
    expect(maskSecrets(text)).not.toContain('abc');
    expect(maskSecrets(text)).toMatch(/"c\\?":1}$/);
  }
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'"\'`\\,;&=: \n[]{}<>/@?-$('.split('')), maxLength: 20 }),
  fc.constantFrom(
    'password',
    'token=',
    '"secret":',
    '--api-key ',
    'Cookie: ',
    '://a:b@',
    '?sig=',
    'env',
    '"env":[',
    'mysql -p',
    'curl -u a:',
  ),
  fc.constantFrom(...tokens.map(([, token]) => token), '[masked sha256:0123456789abcdef…]', '[masked sha256:'),
);

test('whatever a text is, masking ends, and masking it again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 12 }), (parts) => {
      const shown = maskSecrets(parts.join(''));
      expect(maskSecrets(shown)).toBe(shown);
      const list = maskArguments(parts);
      expect(maskArguments(list)).toEqual(list);
    }),
    { numRuns: 2_000 },
  );
});

test('a planted token is masked whatever is around it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...tokens),
      fc.string({ unit: 'binary' }),
      (before, [, token], after) => {
        expect(maskSecrets(before + token + after)).not.toContain(token.slice(-12));
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  'a',
  '=',
  'eyJ',
  '"',
  '\\',
  'password=',
  'password="',
  'token\\',
  'token=`',
  'token=["',
  'token,',
  '<token>',
  'cookie: ',
  'bearer ',
  '://',
  '://a:b@',
  '?sig=',
  '--token ',
  'curl -u ',
  'mysql\n',
  '"env":[',
  '"env',
  'sk-ab-',
  'SG.',
  '1',
  '-----BEGIN PRIVATE KEY-----',
])('a megabyte of %j is read once', (unit) => {
  const text = unit.repeat(1_000_000 / unit.length);
  expect(typeof maskSecrets(text)).toBe('string');
  expect(maskArguments([text, text])).toHaveLength(2);
});
