import { cut } from '../../model/display.ts';
import type { CloudRunResource, Finding } from '../../model/finding.ts';
import type { Investigation, Reputation } from '../../model/investigation.ts';
import type { Assessment, Statement } from '../../model/proposal.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';
import { alsoRunning } from './also-running.ts';
import { pauseManagers } from '../containment/managed-by.ts';
import { flagWords } from './flag-words.ts';
import { deedsOfIdentity, traitsOfIdentity, unknownOfIdentity } from './identity.ts';
import { pauseSchedules } from '../playbooks/left-to-people.ts';
import { notKnownOf } from '../../model/plan-grants.ts';
import type { Playbook, PlaybookContext } from '../playbooks/playbook.ts';

/** So many findings nearby are named; the others are counted. */
const mostNearby = 5;

/** Puts together what is known and what is not, each with its reason. The playbook adds what its family calls for. */
export function assess(playbook: Playbook, context: PlaybookContext): Assessment {
  const { finding, investigation, revisions } = context;
  const verdict = verdictOf(investigation);
  const { bad, good } = revisions;
  const ofFamily = playbook.assess(context);
  return {
    verdict,
    summary: summaryOf(verdict, finding.category, finding.resource?.name ?? finding.resourceName),
    // A setting that matters for the family was said with its reason already.
    known: strongestFirst(ofFamily, alsoRunning(finding, investigation, bad.revision), investigation).filter(
      ({ text }, index, all) => all.findIndex((one) => one.text === text) === index,
    ),
    unknown: [
      ...unknown(investigation),
      ...unknownOfIdentity(investigation),
      ...unknownRevisions(revisions, finding.resource?.kind),
    ],
    ...(bad.revision !== null && { badRevision: { name: bad.revision.name, reason: bad.reason } }),
    ...(good.revision !== null && { knownGood: { name: good.revision.name, reason: good.reason } }),
    todo: [
      ...(investigation.settings.status === 'answered' ? pauseManagers(investigation.settings.value) : []),
      ...playbook.todo(context),
      ...pauseSchedules(context),
    ],
  };
}

/** One malicious answer makes it malicious. Nothing that was not found makes it benign (promise 7). */
function verdictOf({ reputation, related }: Investigation): Assessment['verdict'] {
  const verdicts = reputation.flatMap((answer) => (answer.status === 'answered' ? [answer.value.verdict] : []));
  if (verdicts.includes('malicious')) return 'malicious';
  const company = related.status === 'answered' && related.value.findings.length > 0;
  return verdicts.includes('suspicious') || company ? 'suspicious' : 'unclear';
}

function summaryOf(verdict: Assessment['verdict'], category: string, resource: string): string {
  const how = {
    malicious: 'is malicious: something that ran or was contacted is known to be',
    suspicious: 'looks like an attack: other signs point the same way',
    unclear: 'cannot be told from what is known; SCC alone says so',
    'likely-benign': 'is likely benign',
  }[verdict];
  return `${category} on ${resource} ${how}.`;
}

/**
 * What is known, the strongest first: that all of it is gone, what is known to be malicious, what the finding itself shows, what the stolen account did, other signs;
 * then what may matter besides. Who has two minutes reads the first three.
 */
function strongestFirst(
  [shown, ...ofFamily]: readonly Statement[],
  elsewhere: readonly Statement[],
  investigation: Investigation,
): Statement[] {
  return [
    ...deleted(investigation),
    ...reputed(investigation, ['malicious']),
    ...(shown === undefined ? [] : [shown]),
    ...deedsOfIdentity(investigation),
    ...reputed(investigation, ['suspicious']),
    ...elsewhere,
    ...nearby(investigation),
    ...ofFamily,
    ...confirmed(investigation),
    ...reputed(investigation, ['harmless']),
    ...settingsAndLogs(investigation),
    ...traitsOfIdentity(investigation),
  ];
}

function deleted({ fetched, settings }: Investigation): Statement[] {
  if (settings.status !== 'gone') return [];
  const { resource, resourceName } = fetched.finding;
  const what =
    resource === undefined ? cut(resourceName, 200) : `${resourceKinds[resource.kind].words} ${resource.name}`;
  return [{ text: `The ${what} has been deleted`, reason: 'Cloud Run has none of that name any more' }];
}

function confirmed({ fetched }: Investigation): Statement[] {
  return fetched.confirmation === 'confirmed'
    ? [{ text: `SCC has this finding, ${stateWords(fetched.finding)}`, reason: 'read live from SCC' }]
    : [];
}

function reputed({ reputation }: Investigation, verdicts: readonly Reputation['verdict'][]): Statement[] {
  return reputation.flatMap((answer) => {
    if (answer.status !== 'answered' || !verdicts.includes(answer.value.verdict)) return [];
    const { verdict, indicator, reason } = answer.value;
    return [{ text: `${indicator.value} (${indicator.from}) is ${verdict}`, reason: `VirusTotal: ${reason}` }];
  });
}

function nearby({ related }: Investigation): Statement[] {
  if (related.status !== 'answered') return [];
  const { findings, more, from, to } = related.value;
  if (findings.length === 0)
    return [
      {
        text: 'No other finding nearby',
        reason: `none between ${from} and ${to}; their absence proves nothing`,
      },
    ];
  const rest = findings.length - mostNearby + more;
  return [
    ...findings.slice(0, mostNearby).map(({ category, eventTime, rules }) => ({
      text: `${category} at ${eventTime}`,
      reason: `found nearby: ${rules.join(', ')}`,
    })),
    ...(rest > 0 ? [{ text: `${rest} more findings nearby`, reason: 'listed in the evidence' }] : []),
  ];
}

function settingsAndLogs({ settings, logs }: Investigation): Statement[] {
  return [
    ...(settings.status === 'answered' ? settings.value.flags.map((flag) => flagWords(flag, settings.value)) : []),
    ...(logs.status === 'answered'
      ? [{ text: `${logs.value.entries} log lines saved`, reason: `${logs.value.from} to ${logs.value.to}` }]
      : []),
  ];
}

/** A case that was opened again can be of a finding that people have resolved or muted since. */
function stateWords({ state, mute }: Finding): string {
  if (state === 'INACTIVE') return 'resolved';
  return mute === 'MUTED' ? 'muted' : 'active';
}

function unknown(investigation: Investigation): Statement[] {
  const { fetched, settings, related, reputation, logs, indicators, grants } = investigation;
  const statements: Statement[] = [];
  if (fetched.confirmation !== 'confirmed')
    statements.push({ text: 'Whether SCC has this finding: not confirmed by SCC', reason: fetched.detail });
  const branches = [
    ['The settings of the container', settings],
    ['Other findings nearby', related],
    ['What the container’s logs say', logs],
  ] as const;
  for (const [text, answer] of branches) {
    // That it was deleted is known.
    if (answer.status !== 'answered' && answer.status !== 'gone') statements.push({ text, reason: answer.reason });
  }
  if (related.status === 'answered' && related.value.unread !== '')
    statements.push({ text: 'All other findings nearby', reason: related.value.unread });
  reputation.forEach((answer, index) => {
    const value = indicators[index]?.value ?? '';
    if (answer.status !== 'answered') statements.push({ text: `The reputation of ${value}`, reason: answer.reason });
    else if (answer.value.verdict === 'unknown' || answer.value.verdict === 'not-asked') {
      statements.push({
        text: `The reputation of ${value} (${answer.value.indicator.from})`,
        reason: answer.value.reason,
      });
    }
  });
  if (indicators.length === 0)
    statements.push({
      text: 'Any reputation',
      reason: 'the finding names no whole-file hash, no public address and no public host',
    });
  if (logs.status === 'answered' && !logs.value.complete)
    statements.push({ text: 'Log lines beyond the export', reason: logs.value.detail });
  const whyNotKnown = grants === undefined ? null : notKnownOf(grants);
  if (whyNotKnown !== null)
    statements.push({ text: 'Whether respond is granted what its plans need', reason: whyNotKnown });
  return statements;
}

/** So many candidates are named; the others are counted. */
const mostNamed = 3;

function unknownRevisions(
  { bad, good, candidates }: PlaybookContext['revisions'],
  kind: CloudRunResource['kind'] = 'service',
): Statement[] {
  if (!resourceKinds[kind].hasRevisions) return [];
  if (bad.revision === null) return [{ text: 'Which revision is compromised', reason: bad.reason }];
  const more = candidates.length - mostNamed;
  return [
    ...(good.revision === null ? [{ text: 'A revision to go back to', reason: good.reason }] : []),
    ...candidates.slice(0, mostNamed).map(({ name, missing }) => ({
      text: `${name} may be good, but it is not proved`,
      reason: missing,
    })),
    ...(more > 0
      ? [{ text: `${more} more revisions may be good, but are not proved`, reason: 'only the newest are named here' }]
      : []),
  ];
}
