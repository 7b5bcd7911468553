import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { minimal } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';

function read(fields: JsonObject) {
  return parseFindings(minimal(fields))[0]!.finding;
}

const hash = 'A1'.repeat(32);

test.each([
  [{ size: '10', hashedSize: '10' }, 'sha256'],
  [{ size: 10, hashedSize: '10' }, 'sha256'],
  [{ size: '10', hashedSize: '10', partiallyHashed: true }, 'partialSha256'],
  [{ size: '10', hashedSize: '9' }, 'partialSha256'],
  [{ size: '0', hashedSize: '0' }, 'partialSha256'],
  [{ size: '10' }, 'partialSha256'],
  [{}, 'partialSha256'],
])('a hash with %j is %s: only one of the whole file is fit for a look-up', (sizes, expected) => {
  const [process] = read({ processes: [{ binary: { path: '/x', sha256: hash, ...sizes } }] }).processes;
  expect(process!.binary).toEqual({ path: '/x', [expected]: hash.toLowerCase() });
});

test("a script's hash is never that of the whole file, and what is no hash is none", () => {
  const file = { path: '/x', sha256: hash, size: '1', hashedSize: '1' };
  expect(read({ processes: [{ script: file }] }).processes[0]!.script).toEqual({
    path: '/x',
    partialSha256: hash.toLowerCase(),
  });
  expect(read({ files: [{ ...file, sha256: '../../files/x' }] }).files).toEqual([{ path: '/x' }]);
});

test.each([
  ['"a \\u003d b"', 'a = b'],
  ['a \\u003d b', 'a = b'],
  ['say "hi" \\u0026 go', 'say "hi" & go'],
  ['plain \\n stays', 'plain \\n stays'],
  ['"unfinished', '"unfinished'],
  ['"', '"'],
  ['"not" + "one"', '"not" + "one"'],
  ['\\ud800', '\ufffd'],
  ['$(id) `id` ${id}', '$(id) `id` ${id}'],
])('the argument %s is shown as %s', (arg, expected) => {
  expect(read({ processes: [{ args: [arg] }] }).processes[0]!.args).toEqual([expected]);
});

test.each([
  [4444, 4444],
  ['4444', 4444],
  [{ kind: 'stringValue', stringValue: '4444' }, 4444],
  [{ numberValue: 4444 }, 4444],
  [0, undefined],
  ['65536', undefined],
  ['4444; id', undefined],
])('the remote port %j of a reverse shell is read as %s', (port, expected) => {
  const sourceProperties = {
    Reverse_Shell_Stdin_Redirection_Dst_Ip: '203.0.113.66',
    Reverse_Shell_Stdin_Redirection_Dst_Port: port,
  };
  expect(read({ sourceProperties }).reverseShell?.destinationPort).toBe(expected);
});

const page = 'https://www.virustotal.com/gui/ip-address/203.0.113.66/detection';

test.each([
  [page, page],
  [{ displayName: 'VirusTotal', url: page }, page],
  [[{ url: '' }, { displayName: 'VirusTotal', url: page }], page],
  [{ structValue: { fields: { url: { stringValue: page } } } }, page],
  ['javascript:alert(1)', undefined],
  ['https://virustotal.com.example.net/x', undefined],
  ['https://www.virustotal.com/a\u001b]8;;b', undefined],
])('a VirusTotal link is taken from %j only where it leads there', (link, expected) => {
  expect(read({ sourceProperties: { contextUris: { virustotalIndicatorQueryUri: link } } }).virusTotalLink).toBe(
    expected,
  );
});

test.each([
  [{ marks: { Team: 'a', 'firebreak-case': 'b' } }, { team: 'a', 'firebreak-case': 'b' }],
  [{ marks: [{ key: 'Team', value: 'a' }] }, { team: 'a' }],
  [{ marks: [] }, {}],
  [[], {}],
  [null, {}],
])('the marks %j are %j', (securityMarks, expected) => {
  expect(read({ securityMarks }).marks).toEqual(expected);
});

test('keys that name parts of an object are data like any other and change no prototype', () => {
  const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"marks":{"__proto__":"x"}}';
  const hostile: unknown = JSON.parse(text);
  const [parsed] = parseFindings({
    finding: minimal({ securityMarks: JSON.parse(text), sourceProperties: JSON.parse(text) }),
    resource: hostile,
  });
  expect({}).not.toHaveProperty('polluted');
  expect(Object.getPrototypeOf(parsed!.finding.marks)).toBe(Object.prototype);
  expect(Object.keys(parsed!.finding.marks)).toEqual(['__proto__']);
  expect(JSON.stringify(parsed!.document)).toContain(text);
});

test('only own properties are read', () => {
  const inherited: unknown = Object.assign(Object.create({ category: 'Inherited' }), {
    ...minimal(),
    category: undefined,
  });
  expect(() => parseFindings(inherited)).toThrow('category');
});

test('lone surrogates become U+FFFD, since canonical JSON has no form for them', () => {
  const [parsed] = parseFindings(minimal({ description: 'a\ud800b', '\udfff': 1 }));
  expect(parsed!.finding.description).toBe('a\ufffdb');
  expect(parsed!.originalSha256).toMatch(/^[0-9a-f]{64}$/);
});

test('a finding written in snake_case throughout is read the same', () => {
  const camel = {
    findingClass: 'THREAT',
    createTime: '2026-11-20T10:00:01Z',
    parentDisplayName: 'Cloud Run Threat Detection',
    access: { principalEmail: 'deployer@example.com', callerIp: '198.51.100.7' },
    securityMarks: { marks: { team: 'web' } },
    mitreAttack: { primaryTactic: 'EXECUTION', primaryTechniques: ['NATIVE_API'] },
    processes: [
      {
        parentPid: '3',
        argumentsTruncated: true,
        envVariables: [{ name: 'KEY', val: 'x' }],
        binary: { path: '/x', size: '1', hashedSize: '1', sha256: hash },
      },
    ],
    containers: [{ name: 'c', imageId: 'sha256:1' }],
    connections: [{ destinationIp: '203.0.113.66', destinationPort: 443, sourceIp: '192.0.2.14' }],
    indicator: { ipAddresses: ['203.0.113.66'] },
  };
  const text = JSON.stringify({ finding: minimal(camel), resource: { gcpMetadata: { projectDisplayName: 'p' } } });
  const snake = text.replace(
    /"(\w+)":/g,
    (_, key: string) => `"${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}":`,
  );
  expect(snake).toContain('"event_time"');
  const [expected, read] = [text, snake].map((each) => parseFindings(JSON.parse(each))[0]!);
  expect(read!.finding).toEqual(expected!.finding);
  expect(read!.finding).toMatchObject({
    principalEmail: 'deployer@example.com',
    callerIp: '198.51.100.7',
    projectDisplayName: 'p',
    processes: [{ parentPid: '3', argumentsTruncated: true, envVariableNames: ['KEY'] }],
  });
});

test.each(['::ffff:203.0.113.66', '::FFFF:CB00:7142', '0:0:0:0:0:ffff:203.0.113.66', '203.0.113.66'])(
  'the address %s is one indicator wherever it stands, and so are all spellings of an IPv6 address',
  (ip) => {
    const given = read({
      connections: [
        { destinationIp: ip, sourceIp: '::ffff:169.254.8.1' },
        { destinationIp: '2001:DB8:0:0::0001' },
        { destinationIp: 'no address' },
      ],
      indicator: { ipAddresses: [ip] },
      access: { callerIp: ip },
      sourceProperties: { Reverse_Shell_Stdin_Redirection_Dst_Ip: ip },
    });
    expect(given.connections.map(({ destinationIp }) => destinationIp)).toEqual([
      '203.0.113.66',
      '2001:db8::1',
      'no address',
    ]);
    expect(given).toMatchObject({
      connections: [{ sourceIp: '169.254.8.1' }, {}, {}],
      indicator: { ipAddresses: ['203.0.113.66'] },
      callerIp: '203.0.113.66',
      reverseShell: { destinationIp: '203.0.113.66' },
    });
  },
);

test('the image is that of the source properties, else that of the first container', () => {
  const containers = [{ uri: 'registry.example.com/a' }, { uri: 'registry.example.com/b' }];
  expect(read({ containers }).containerImageUri).toBe('registry.example.com/a');
  const sourceProperties = { Container_Image_Uri: { kind: 'stringValue', stringValue: 'registry.example.com/c' } };
  expect(read({ containers, sourceProperties }).containerImageUri).toBe('registry.example.com/c');
});

test.each([
  ['ADD', 'added'],
  [1, 'added'],
  ['REMOVE', 'removed'],
  [2, 'removed'],
  ['ACTION_UNSPECIFIED', 'changed'],
  ['toString', 'changed'],
])('a policy change with the action %j is %s', (action, expected) => {
  const binding = { action, role: 'roles/owner', member: 'user:a@example.com' };
  expect(read({ iamBindings: [binding, {}], access: { methodName: 'SetIamPolicy' } })).toMatchObject({
    methodName: 'SetIamPolicy',
    bindings: [{ ...binding, action: expected }],
  });
});
