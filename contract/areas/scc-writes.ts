import { by, type Claim, goes, holds } from '../claim.ts';
import { givenFinding, notificationsDuring } from '../finding-answers.ts';

/** What writing does to a finding, and what of it comes as a notification. */
export const writeClaims: readonly Claim[] = [
  {
    id: 'scc.mark-mask',
    statement: '`marks.KEY` in the mask sets that mark alone, and deletes it where the request has no value for it',
    source: 'securitycenter_service.proto, UpdateSecurityMarksRequest; client libraries, "Deleting security marks"',
    strength: 'documented',
    check: by(['finding'], async (ground) => {
      const { read, setMark, mark } = givenFinding(ground);
      const marks = async () => (await read()).securityMarks?.marks ?? {};
      const before = Object.keys(await marks()).filter((key) => key !== mark);
      await setMark('seen');
      const set = await marks();
      await setMark();
      const deleted = await marks();
      return holds(
        set[mark] === 'seen' && deleted[mark] === undefined && before.every((key) => key in deleted),
        `set: ${set[mark] ?? 'nothing'}, then deleted: ${deleted[mark] ?? 'nothing'}; ${before.length} others are there`,
      );
    }),
  },
  {
    id: 'scc.mark-rules',
    statement:
      'an empty mask or `marks` replaces all; keys have 1 to 256 letters, digits, `_`, `-`, without case; values are trimmed, 1 to 4096 characters',
    source: 'securitycenter_service.proto, security_marks.proto',
    strength: 'documented',
    check: { none: 'it would delete marks that others have set' },
  },
  {
    id: 'scc.marks-event',
    statement: 'writing a mark moves the finding’s eventTime and comes back as a notification',
    source:
      'security-response-automation, issue 159, for the notification; for eventTime none, so the sandbox plays what is harder',
    strength: 'assumed',
    reality: { name: 'marks', way: 'notify' },
    check: by(['finding'], async (ground) => {
      const { read, setMark } = givenFinding(ground);
      const time = async () =>
        Number((await read()).eventTime?.seconds) + Number((await read()).eventTime?.nanos) / 1e9;
      const before = await time();
      await ground.pause(2);
      await setMark('seen');
      try {
        const moved = (await time()) > before;
        return goes(moved ? 'notify' : 'silent', `eventTime ${moved ? 'moved' : 'stayed'}`);
      } finally {
        await setMark();
      }
    }),
  },
  {
    id: 'scc.every-write',
    statement: 'each update of a finding is sent as a notification, also one that changes nothing',
    source: 'a user’s log of one finding (sent at 05:52, 06:47 and 16:32); of one that changes nothing a guess',
    strength: 'assumed',
    check: { none: 'whether a mark is sent at all is open, see scc.marks-event; state and mute are not ours to write' },
  },
  {
    id: 'scc.notification',
    statement:
      'a notification is proto3 JSON of NotificationMessage in lowerCamelCase, enums by name, without attributes or ordering key; `=` in texts is `\\u003d`',
    source:
      'recorded v2 envelope and v1 samples; that attributes are absent, and other signs are escaped too, is a guess',
    strength: 'recorded',
    check: by(['finding', 'topic'], async (ground) => {
      const given = givenFinding(ground);
      const sent = await notificationsDuring(await ground.canaries.topic(), given, async () => {
        await given.setMark('seen');
        await given.setMark();
      });
      const [first] = sent;
      if (first === undefined) return holds(false, 'a mark was written, and nothing came');
      const message: unknown = JSON.parse(first.text);
      const whole = typeof message === 'object' && message !== null && 'finding' in message;
      const bare = Object.keys(first.attributes).length === 0 && !first.text.includes('=');
      return holds(
        whole && bare,
        `${sent.length} came, with ${Object.keys(first.attributes).length} attributes${bare ? '' : ', or signs not escaped'}`,
      );
    }),
  },
  {
    id: 'scc.external-systems',
    statement:
      'UpdateExternalSystem sets a field of the mask, or empties it where the request has no value; an empty mask replaces all; one that is not there is made; an unknown path is INVALID_ARGUMENT',
    source:
      'securitycenter_service.proto, external_system.proto; that any id may be written, and the refusal, is a guess',
    strength: 'assumed',
    check: { none: 'there is no call that would delete it again' },
  },
  {
    id: 'scc.external-event',
    statement: 'writing an external system moves eventTime where writing marks does',
    source: 'none',
    strength: 'assumed',
    check: { none: 'there is no call that would delete it again' },
  },
  {
    id: 'scc.state-time',
    statement: 'SetFindingState sets eventTime to now',
    source: 'finding.proto, event_time',
    strength: 'documented',
    check: { none: 'it would resolve somebody’s finding' },
  },
  {
    id: 'scc.mute-time',
    statement: 'SetMute leaves eventTime as it is; muteUpdateTime and muteInitiator are set',
    source: 'none',
    strength: 'assumed',
    check: { none: 'it would hide somebody’s finding' },
  },
  {
    id: 'scc.unknown-fields',
    statement: 'fields that the proto does not know are in notifications and are dropped over gRPC',
    source: 'samples show such fields; gRPC: protobuf',
    strength: 'recorded',
    check: { none: 'it takes a finding with such a field' },
  },
];
