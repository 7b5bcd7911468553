import { actAsAccounts } from './checks/act-as.ts';
import { apis } from './checks/apis.ts';
import { auditLogs } from './checks/audit-logs.ts';
import { clock } from './checks/clock.ts';
import { credentials } from './checks/credentials.ts';
import { findings } from './checks/findings.ts';
import { logRouting } from './checks/log-routing.ts';
import { notifications } from './checks/notifications.ts';
import { parents } from './checks/parents.ts';
import { permissions } from './checks/permissions.ts';
import { settings } from './checks/settings.ts';
import { subscription } from './checks/subscription.ts';
import { temporal } from './checks/temporal.ts';
import { trust } from './checks/trust.ts';
import { virusTotal } from './checks/virustotal.ts';
import type { Check } from './check.ts';

/** All of them, in the order in which they are shown. */
export const checks: readonly Check[] = [
  settings,
  credentials,
  clock,
  apis,
  parents,
  findings,
  subscription,
  notifications,
  permissions,
  actAsAccounts,
  logRouting,
  auditLogs,
  temporal,
  trust,
  virusTotal,
];
