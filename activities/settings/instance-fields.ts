import type { protos } from '@google-cloud/run';
import type { Fields } from '../../model/fields.ts';
import { enumName } from './service-fields.ts';

type Instance = protos.google.cloud.run.v2.IInstance;

/** The fields of a Cloud Run instance that plans speak of: it has no revisions, no traffic and no scaling; its generation stands for its template, as a job's does. */
export function instanceFields(instance: Instance): Fields {
  const { generation, uid, serviceAccount } = instance;
  return {
    exists: true,
    runs: mayRun(instance),
    template: {
      revision: `generation ${String(generation ?? '')} of ${uid ?? ''}`,
      serviceAccount: serviceAccount ?? '',
    },
  };
}

/**
 * False only where Cloud Run has settled and says that it does not run: its condition `Running` is PENDING or FAILED. Which of the two a
 * stopped one shows is not documented. Source: run/v2/instance.proto, reconciling; gcloud, which goes by the condition `Running`.
 */
function mayRun({ reconciling, terminalCondition, conditions }: Instance): boolean {
  if (reconciling === true) return true;
  const running = [terminalCondition, ...(conditions ?? [])].find((condition) => condition?.type === 'Running');
  return !['CONDITION_PENDING', 'CONDITION_FAILED'].includes(enumName(running?.state));
}
