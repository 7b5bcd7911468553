import type { Finding } from '../../model/finding.ts';
import type { Investigation } from '../../model/investigation.ts';
import type { Assessment, Statement } from '../../model/proposal.ts';
import { pauseManagers } from '../containment/managed-by.ts';
import { flagWords } from './flag-words.ts';
import { knownOfIdentity, unknownOfIdentity } from './identity.ts';
import { pauseSchedules } from '../playbooks/left-to-people.ts';
import { notKnownOf } from '../../model/plan-grants.ts';
import type { Playbook, PlaybookContext } from '../playbooks/playbook.ts';

/** Puts together what is known and what is not, each with its reason. The playbook adds what its family calls for. */
export function assess(playbook: Playbook, context: PlaybookContext): Assessment {
  const { finding, investigation, revisions } = context;
  const verdict = verdictOf(investigation);
  const { bad, good } = revisions;
  const ofFamily = playbook.assess(context);
  const said = new Set(ofFamily.map(({ text }) => text));
  return {
    verdict,
    summary: summaryOf(verdict, finding.category, finding.resource?.name ?? finding.resourceName),
    // A setting that matters for the family was said with its reason already.
    known: [
      ...ofFamily,
      ...known(investigation).filter(({ text }) => !said.has(text)),
      ...knownOfIdentity(investigation),
    ],
    unknown: [
      ...unknown(investigation),
      ...unknownOfIdentity(investigation),
      ...unknownRevisions(revisions, finding.resource?.kind === 'job'),
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

function known({ fetched, settings, related, reputation, logs }: Investigation): Statement[] {
  const statements: Statement[] = [];
  if (fetched.confirmation === 'confirmed')
    statements.push({ text: `SCC has this finding, ${stateWords(fetched.finding)}`, reason: 'read live from SCC' });
  for (const answer of reputation) {
    if (answer.status !== 'answered') continue;
    const { verdict, indicator, reason } = answer.value;
    if (verdict === 'unknown' || verdict === 'not-asked') continue;
    statements.push({ text: `${indicator.value} (${indicator.from}) is ${verdict}`, reason: `VirusTotal: ${reason}` });
  }
  if (related.status === 'answered') {
    for (const { category, eventTime, rules } of related.value.findings.slice(0, 5)) {
      statements.push({ text: `${category} at ${eventTime}`, reason: `found nearby: ${rules.join(', ')}` });
    }
    const rest = related.value.findings.length - 5 + related.value.more;
    if (rest > 0) statements.push({ text: `${rest} more findings nearby`, reason: 'listed in the evidence' });
    if (related.value.findings.length === 0) {
      statements.push({
        text: 'No other finding nearby',
        reason: `none between ${related.value.from} and ${related.value.to}; their absence proves nothing`,
      });
    }
  }
  if (settings.status === 'answered') {
    statements.push(...settings.value.flags.map((flag) => flagWords(flag, settings.value)));
  }
  if (logs.status === 'answered') {
    statements.push({
      text: `${logs.value.entries} log lines saved`,
      reason: `${logs.value.from} to ${logs.value.to}`,
    });
  }
  return statements;
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
    if (answer.status !== 'answered') statements.push({ text, reason: answer.reason });
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

function unknownRevisions({ bad, good, candidates }: PlaybookContext['revisions'], isJob: boolean): Statement[] {
  if (isJob) return [];
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
