import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { clientOf, document, list, name, notifications, parent, start } from './test-findings.ts';

test('a published finding arrives over Pub/Sub as JSON with its unknown fields, and is served over gRPC as a v2 message', async () => {
  const sandbox = await start();
  const stream = notifications(sandbox);
  sandbox.control.publish(document('a1'));
  const { finding, text } = await stream.next();
  expect(finding).toMatchObject({
    name: name('a1'),
    severity: 'CRITICAL',
    eventTime: '2026-11-21T10:00:00.123Z',
    launchState: 'A_FIELD_OF_NO_PROTO',
  });
  expect(text, 'signs of HTML are escaped').toContain('finding?id\\u003d1');
  expect(JSON.parse(text)).toMatchObject({
    notificationConfigName: expect.stringContaining('/notificationConfigs/') as string,
  });

  const [[result]] = await clientOf(sandbox).listFindings({ parent, filter: `name="${name('a1')}"` });
  expect(result?.finding).toMatchObject({
    category: 'Reverse Shell',
    state: 'ACTIVE',
    eventTime: { seconds: '1795255200', nanos: 123_000_000 },
    sourceProperties: { Reverse_Shell_Stdin_Redirection_Dst_Port: { numberValue: 4444, kind: 'numberValue' } },
    processes: [{ binary: { path: '/bin/bash', size: '48216' }, pid: '7' }],
  });
  expect(result?.finding).not.toHaveProperty('launchState');
  expect(result?.resource).toMatchObject({
    type: 'google.cloud.run.Service',
    gcpMetadata: { projectDisplayName: 'rhea-prod-4421' },
  });
});

test('a list comes in pages of ten unless told otherwise, and the real client follows them', async () => {
  const sandbox = await start();
  for (let index = 0; index < 25; index += 1)
    sandbox.control.publish(
      document(`f${index}`, { eventTime: new Date(1_795_000_000_000 + index * 1000).toISOString() }),
    );
  const client = clientOf(sandbox);
  const [page, next] = await client.listFindings({ parent, orderBy: 'event_time desc' }, { autoPaginate: false });
  expect([page.length, page[0]?.finding?.name]).toEqual([10, name('f24')]);
  expect(next?.pageToken).not.toBe('');
  sandbox.control.clearCalls();
  expect(await list(sandbox, '', { orderBy: 'event_time desc' })).toHaveLength(25);
  expect(sandbox.control.calls({ method: 'ListFindings' })).toHaveLength(3);
});

test('a mark that is written moves eventTime and comes back as a notification, or does neither', async () => {
  const sandbox = await start();
  sandbox.control.setReality({ marks: 'silent' });
  const stream = notifications(sandbox);
  sandbox.control.publish(document('a1'));
  await stream.next();
  const client = clientOf(sandbox, 'observe');
  const write = async (marks: Record<string, string>, paths: string[]): Promise<unknown> => {
    const [answer] = await client.updateSecurityMarks({
      securityMarks: { name: `${name('a1')}/securityMarks`, marks },
      updateMask: { paths },
    });
    return answer.marks;
  };
  expect(await write({ 'firebreak-case': 'open', other: 'x' }, ['marks.firebreak-case'])).toEqual({
    'firebreak-case': 'open',
  });
  // It moved nothing and was not sent: the next message is of what is published after it.
  sandbox.control.publish(document('a1'));
  expect((await stream.next()).finding).toMatchObject({ eventTime: '2026-11-21T10:00:00.123Z' });
  expect(sandbox.control.findings.byName(name('a1')).finding).toMatchObject({
    securityMarks: { marks: { 'firebreak-case': 'open' } },
    eventTime: '2026-11-21T10:00:00.123Z',
  });

  sandbox.control.setReality({ marks: 'notify' });
  expect(await write({ 'Firebreak-Case': 'closed', more: 'y' }, ['marks.FIREBREAK-CASE', 'marks.more'])).toEqual({
    'Firebreak-Case': 'closed',
    more: 'y',
  });
  expect(Date.parse(String((await stream.next()).finding['eventTime']))).toBeGreaterThan(
    Date.parse('2026-11-21T10:00:00.123Z'),
  );

  expect(await write({}, ['marks.more']), 'a key in the mask without a value is deleted').toEqual({
    'Firebreak-Case': 'closed',
  });
  expect(await write({ only: 'one' }, []), 'an empty mask replaces all').toEqual({ only: 'one' });
});

test('state and mute are written, come back as notifications, and a newer document makes the finding active again with its marks kept', async () => {
  const sandbox = await start();
  const stream = notifications(sandbox);
  sandbox.control.publish(document('a1', { securityMarks: { marks: { seen: 'yes' } } }));
  await stream.next();
  const client = clientOf(sandbox, 'observe');
  const [inactive] = await client.setFindingState({ name: name('a1'), state: 'INACTIVE' });
  expect(inactive.state).toBe('INACTIVE');
  const resolved = (await stream.next()).finding;
  expect(resolved['state']).toBe('INACTIVE');
  await client.setMute({ name: name('a1'), mute: 'MUTED' });
  expect((await stream.next()).finding).toMatchObject({ mute: 'MUTED', eventTime: resolved['eventTime'] });

  sandbox.control.publish(document('a1'));
  expect((await stream.next()).finding, 'an old document is sent as it came').toMatchObject({ state: 'ACTIVE' });
  expect(await list(sandbox, 'state="ACTIVE"'), 'but changes nothing').toEqual([]);
  sandbox.control.publish(document('a1', { eventTime: new Date(sandbox.control.now() + 60_000).toISOString() }));
  expect((await stream.next()).finding).toMatchObject({ state: 'ACTIVE', securityMarks: { marks: { seen: 'yes' } } });
  expect(await list(sandbox, 'state="ACTIVE"')).toEqual(['a1']);
});

test('the 1001st read of a minute is refused until the minute is over', async () => {
  const sandbox = await start();
  const client = clientOf(sandbox);
  const read = async (): Promise<unknown> => client.listFindings({ parent, pageSize: 1 }, { retry: null });
  for (let batch = 0; batch < 20; batch += 1) await Promise.all(Array.from({ length: 50 }, read));
  await expect(read()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  sandbox.control.advanceClock(60_001);
  await expect(read()).resolves.toBeDefined();
});

test('the identities that publish and archive can neither read nor write findings, that of the intake cannot write', async () => {
  const sandbox = await start();
  sandbox.control.publish(document('a1'));
  for (const role of ['publisher', 'archive'] as const)
    await expect(clientOf(sandbox, role).listFindings({ parent })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
  for (const role of ['publisher', 'archive', 'intake'] as const)
    await expect(clientOf(sandbox, role).setMute({ name: name('a1'), mute: 'MUTED' })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
});

test('a document that SCC could not have sent is refused with the field that is wrong', async () => {
  const sandbox = await start();
  expect(() => sandbox.control.publish({ name: name('a1') })).toThrow(/publish wants \{finding/);
  expect(() => sandbox.control.publish(document('a1', { name: 'findings/a1' }))).toThrow(/not the name of a finding/);
  expect(() => sandbox.control.publish(document('a1', { eventTime: 'today' }))).toThrow(/eventTime/);
  expect(() => sandbox.control.publish(document('a1', { createTime: 17 }))).toThrow(
    /does not fit google.cloud.securitycenter.v2.Finding/,
  );
});

test('an external system is written by its mask, made where it was not, listed with the finding, and comes back as a notification', async () => {
  const sandbox = await start();
  const stream = notifications(sandbox);
  sandbox.control.publish(document('a1'));
  await stream.next();
  const client = clientOf(sandbox);
  const system = `${name('a1')}/externalSystems/tickets`;
  const time = { seconds: 1_795_000_000, nanos: 0 };
  const write = async (fields: object, paths: string[]): Promise<unknown> =>
    (await client.updateExternalSystem({ externalSystem: { name: system, ...fields }, updateMask: { paths } }))[0];
  expect(
    await write({ externalUid: 'T-1', status: 'open', externalSystemUpdateTime: time, caseUri: 'https://t/1' }, []),
  ).toMatchObject({ name: system, externalUid: 'T-1', status: 'open', caseUri: 'https://t/1' });
  expect((await stream.next()).finding).toMatchObject({ externalSystems: { tickets: { externalUid: 'T-1' } } });
  await write({ status: 'closed', externalUid: 'not in the mask' }, ['status', 'case_uri']);
  const [[result]] = await client.listFindings({ parent });
  expect(result?.finding?.externalSystems?.['tickets']).toMatchObject({
    name: system,
    externalUid: 'T-1',
    status: 'closed',
    caseUri: '',
    externalSystemUpdateTime: { seconds: '1795000000' },
  });
  await expect(write({}, ['externalUid'])).rejects.toThrow('unknown field "externalUid"');
  const misnamed = { externalSystem: { name: `${name('a1')}/tickets` } };
  await expect(client.updateExternalSystem(misnamed)).rejects.toThrow('followed by /externalSystems/ID');
});
