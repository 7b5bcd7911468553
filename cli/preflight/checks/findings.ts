import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { failed, type Line, ok } from '../line.ts';
import { sccLocation } from '../scc-place.ts';

/** Whether SCC answers for each parent whose findings are ours, in one finding each. */
export const findings: Check = { name: 'scc', of: ['observe'], asksGoogle: true, look };

async function look({ configuration, clients }: Preflight): Promise<Line[]> {
  const { sccParents, google } = configuration;
  if (sccParents.length === 0)
    return [
      failed(
        'whose findings are answered is not set',
        'FIREBREAK_SCC_PARENTS=organizations/N (or folders, projects), by number: gcloud organizations list',
      ),
    ];
  const location = sccLocation(google);
  return Promise.all(
    sccParents.map(async (owner): Promise<Line> => {
      const parent = `${owner}/sources/-/locations/${location}`;
      try {
        const [, , answer] = await clients
          .findings('observe')
          .listFindings({ parent, pageSize: 1 }, { ...once, autoPaginate: false });
        return ok(`answers for ${owner} in ${location}: ${answer?.totalSize ?? 0} findings`);
      } catch (error) {
        const permission = 'securitycenter.findings.list';
        return explained(error, { api: 'scc', about: `the findings of ${owner} in ${location}`, permission });
      }
    }),
  );
}
