import { adviseEnding } from './advice.ts';
import { reportedHosts } from './hosts.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook } from './playbook.ts';
import { defanged, processNames } from './shown.ts';
import { stakes } from './stakes.ts';

/** A URL among a program's arguments is on the Safe Browsing list. Source: SCC, "Malicious URL Observed" (Cloud Run). */
export const maliciousUrl = definePlaybook({
  name: 'malicious-url',
  summary:
    'A program was started with a URL that is known to be malicious. Only the host of the URL is asked about; the URL is shown so that nobody can follow it by mistake.',
  categories: ['Malicious URL Observed'],
  techniques: ['T1105'],
  lookUp: (finding) => distinct([...reportedHosts(finding), ...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: (context) => [
    ...context.finding.indicator.uris
      .slice(0, 5)
      .map((uri) => ({ text: `URL among the arguments: ${defanged(uri)}`, reason: 'SCC’s indicator' })),
    ...processNames(context.finding, 'Program that was given it'),
    ...stakes(context, {
      egress: 'the program may have fetched something from there, or sent something',
      entry: 'the URL may have come in by a request',
      account: 'what was fetched can ask for its tokens',
      secrets: 'what was fetched can read them',
      variables: 'what was fetched can read them',
    }),
  ],
  threats: ['process', 'entry', 'identity'],
  recommend: (context) => adviseEnding(context, 'what came from there may run by now, and ends with its instance only'),
  todo: (context) => [
    tellOwner(context),
    'Find out whether the URL is one that users of the workload type in, as in a link checker or an image proxy: then this may be their doing, not a break-in',
    'Look in the egress, proxy or DNS logs for what else went to this host, from this workload and others',
    findTheWayIn,
    ...stolenSecrets(context),
    stolenIdentity(context),
  ],
});
