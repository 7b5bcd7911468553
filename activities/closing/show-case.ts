import type { finalStateNames } from '../../model/case.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { ObserveClients } from '../../runtime/google-clients.ts';
import { isPassing } from '../google-errors.ts';
import type { reasonHeader } from '../request-reason.ts';

/** What SCC shows of a case beside its finding. */
export interface ShownCase {
  /** The finding's name. */
  readonly name: string;
  readonly case: string;
  readonly state: (typeof finalStateNames)[number];
  /** A URL with `{case}` for the case's id; without it no address is shown. */
  readonly caseUrl?: string | undefined;
}

/**
 * Writes `externalSystems/firebreak` on a finding: the case's id and address, its state, and when that was written. Answers why it could not be,
 * where no retry would help: a case ends without it. Throws what may pass. Source: securitycenter/v2/external_system.proto.
 */
export async function showCase(
  findings: ObserveClients['findings'],
  { name, case: id, state, caseUrl }: ShownCase,
  options: ReturnType<typeof reasonHeader> & { readonly timeout: number; readonly retry: null },
): Promise<string | undefined> {
  const now = Date.now();
  const time = { seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1_000_000 };
  const caseUri = caseUrl?.replace('{case}', () => encodeURIComponent(id));
  try {
    await findings.updateExternalSystem(
      {
        externalSystem: {
          name: `${name}/externalSystems/firebreak`,
          externalUid: id,
          status: state,
          externalSystemUpdateTime: time,
          ...(caseUri !== undefined && { caseUri }),
        },
        updateMask: {
          paths: [
            'external_uid',
            'status',
            'external_system_update_time',
            ...(caseUri === undefined ? [] : ['case_uri']),
          ],
        },
      },
      options,
    );
    return undefined;
  } catch (error) {
    if (isPassing(error)) throw error;
    return messageOf(error).slice(0, 300);
  }
}
