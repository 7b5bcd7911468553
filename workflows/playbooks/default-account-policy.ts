import { cut } from '../../model/display.ts';
import type { Finding } from '../../model/finding.ts';
import { adviseIfBorneOut, rungForIdentity, rungForInvokers } from './advice.ts';
import { distinct, isAsked } from './indicators.ts';
import { accountOf, findTheWayIn, stolenIdentity, stolenSecrets, tellOwner } from './left-to-people.ts';
import { definePlaybook, type PlaybookAdvice, type PlaybookContext } from './playbook.ts';
import { noProcesses } from './shown.ts';
import { stakes } from './stakes.ts';

const everyone = /^(?:allUsers|allAuthenticatedUsers)$/;
const defaultAccount = /^\d+-compute@developer\.gserviceaccount\.com$/;

/**
 * The default service account changed the policy of a service: its token may have been stolen, from this workload or any other that runs
 * as it. Seen in an audit log. Source: SCC, "Default Compute Engine Service Account SetIAMPolicy" (Cloud Run Threat Detection overview).
 */
export const defaultAccountPolicy = definePlaybook({
  name: 'default-account-policy',
  summary:
    'The default service account changed who may use a service. Its token may be stolen, from this workload or from any other that runs as it; so the identity is what has to be contained.',
  categories: ['Privilege Escalation: Default Compute Engine Service Account SetIAMPolicy'],
  techniques: [],
  lookUp: ({ callerIp }) =>
    callerIp !== undefined && isAsked(callerIp)
      ? distinct([{ kind: 'ip-address', value: callerIp, from: 'the caller’s address' }])
      : [],
  assess: (context) => {
    const { principalEmail, callerIp, methodName } = context.finding;
    const said = (text: string | undefined) => (text === undefined ? 'not said' : cut(text, 200));
    return [
      {
        text: `Changed by ${said(principalEmail)}, from the address ${said(callerIp)}, by ${said(methodName)}`,
        reason: 'the audit log entry, by the finding’s access',
      },
      ...changes(context.finding),
      ...noProcesses(context.finding),
      ...stakes(context, {
        account: 'where the service runs as the account that made the change, the token may have come from it',
        entry: 'this may be what was changed',
        secrets: 'code that runs as the account can read them',
      }),
    ];
  },
  threats: ['identity', 'entry', 'process'],
  recommend,
  todo: (context) => [
    tellOwner(context),
    'Ask whoever deploys whether a pipeline or a machine that runs as the default account made this change',
    'Compare the policy with what it should be, and take back what should not be there',
    `Take the role Editor away from ${cut(context.finding.principalEmail ?? 'the default service account', 200)}, and give each workload an account of its own`,
    'Look at everything else that runs as this account: machines, services, jobs, functions',
    stolenIdentity(context),
    ...stolenSecrets(context),
    findTheWayIn,
  ],
});

function changes({ bindings = [] }: Finding) {
  if (bindings.length === 0)
    return [{ text: 'What was changed is not in the finding', reason: 'SCC sends no bindings; see the audit log' }];
  return bindings.slice(0, 10).map(({ action, role, member }) => ({
    text: `${cut(member, 200)} was ${action === 'changed' ? 'changed' : action} for ${cut(role, 200)}`,
    reason: 'the finding’s bindings',
  }));
}

/** Takes the identity away where the workload has it, else takes back what was opened; what runs is ended where neither can be done and something else speaks of an attack. */
function recommend(context: PlaybookContext): PlaybookAdvice {
  const account = accountOf(context);
  const runsAsIt =
    account === null || account === '' || account === context.finding.principalEmail || defaultAccount.test(account);
  const identity = rungForIdentity(context);
  if (runsAsIt && identity !== undefined)
    return {
      choice: 'plan',
      plan: identity,
      reason: 'the account is what is misused, and this takes it away from the workload',
    };
  const invokers = rungForInvokers(context);
  if (invokers !== undefined && wasOpened(context))
    return {
      choice: 'plan',
      plan: invokers,
      reason: 'anyone may call the service now, and this takes that back; the account itself is not contained by it',
    };
  if (!runsAsIt)
    return {
      choice: 'hand-over',
      reason: `the service runs as ${account}, not as the account that made the change: no change of this service takes the token from whoever has it`,
    };
  return adviseIfBorneOut(context, {
    why: 'the account’s token may come from a running instance, and no plan that takes the account away can be approved here',
    alone: 'a pipeline or a machine that runs as the default account makes such changes too',
    moreSigns: wasOpened(context) ? ['anyone may call the service'] : [],
  });
}

function wasOpened({ finding: { bindings = [] }, investigation: { settings } }: PlaybookContext): boolean {
  const added = bindings.some(({ action, member }) => action === 'added' && everyone.test(member));
  return added || (settings.status === 'answered' && settings.value.publicInvoker === 'yes');
}
