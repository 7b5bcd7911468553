import { status } from '@grpc/grpc-js';
import { textAt, valueAt } from '../kernel/json.ts';
import type { JsonObject } from '../kernel/json.ts';
import { createQuota } from '../kernel/quota.ts';
import type { Quota } from '../kernel/quota.ts';
import { invalidArgument, resourceExhausted } from '../kernel/refuse.ts';
import type { CallContext, Kernel, Role, SandboxService, UnaryHandler } from '../kernel/service.ts';
import { type Section, StatusError } from '../kernel/service.ts';
import { updateExternalSystem, type UpdateExternalSystemRequest } from './external-systems.ts';
import type { Findings } from './findings.ts';
import { listFindings } from './list-findings.ts';
import type { ListFindingsRequest } from './list-findings.ts';
import { marksOf, updatedMarks } from './marks.ts';
import type { NotificationConfig } from './notification-configs.ts';
import { securityCenterProtos, typedFinding } from './typed.ts';

interface UpdateMarksRequest {
  readonly securityMarks: { readonly name: string; readonly marks: Readonly<Record<string, string>> } | null;
  readonly updateMask: { readonly paths: readonly string[] } | null;
}

/** Reads, and writes, a minute a project. Source: cloud.google.com/security-command-center/quotas. */
const callsAMinute = 1_000;
/** Which identities an operator would give findingsViewer, and the roles that write marks, state and mute. */
const mayCall: Readonly<Record<'Read' | 'Write', readonly Role[]>> = {
  Read: ['intake', 'observe', 'respond'],
  Write: ['observe', 'respond'],
};
const marksSuffix = '/securityMarks';

/** google.cloud.securitycenter.v2.SecurityCenter, as far as it is used. There is no GetFinding in v2: one finding is listed by its name. */
export function securityCenterService(
  kernel: Kernel,
  findings: Findings,
  notificationConfigs: Section<NotificationConfig[]>,
): SandboxService {
  const reads = createQuota(callsAMinute, 60_000, kernel.now);
  const writes = createQuota(callsAMinute, 60_000, kernel.now);
  const limited = (
    quota: Quota,
    what: 'Read' | 'Write',
    handler: (request: never, context: CallContext) => object,
  ): UnaryHandler => {
    return async (request, context) => {
      if (!mayCall[what].includes(context.role)) {
        throw new StatusError(
          status.PERMISSION_DENIED,
          `Permission denied on Security Command Center for the identity of role '${context.role}'.`,
        );
      }
      if (kernel.quotas === 'on' && !quota.take()) {
        throw resourceExhausted(
          `Quota exceeded for quota metric '${what} requests' of service 'securitycenter.googleapis.com': ${callsAMinute} a minute.`,
        );
      }
      return handler(request, context);
    };
  };
  return {
    name: 'google.cloud.securitycenter.v2.SecurityCenter',
    protos: securityCenterProtos,
    unary: {
      ListFindings: limited(reads, 'Read', (request: ListFindingsRequest) =>
        listFindings(findings, kernel.project, request),
      ),
      UpdateSecurityMarks: limited(writes, 'Write', (request: UpdateMarksRequest) => updateMarks(findings, request)),
      UpdateExternalSystem: limited(writes, 'Write', (request: UpdateExternalSystemRequest) =>
        // What this does to the finding is not known; it is played as a mark is.
        updateExternalSystem(findings, request, (name, write) => {
          findings.annotate(name, write);
        }),
      ),
      ListNotificationConfigs: async ({ parent }: { parent: string }, { role }: CallContext) => {
        if (role !== 'publisher')
          throw new StatusError(
            status.PERMISSION_DENIED,
            `Permission 'securitycenter.notificationconfig.list' denied for the identity of role '${role}'.`,
          );
        return { notificationConfigs: notificationConfigs.value.filter(({ name }) => name.startsWith(`${parent}/`)) };
      },
      SetFindingState: limited(writes, 'Write', ({ name, state }: { name: string; state: string }) => {
        if (state !== 'ACTIVE' && state !== 'INACTIVE')
          throw invalidArgument(`state must be ACTIVE or INACTIVE, not ${state}`);
        const { finding } = findings.write(name, (stored) => {
          stored['state'] = state;
          // finding.proto: for a resolved finding, when it was resolved; for an updated one, when it was updated.
          stored['eventTime'] = timeOf(kernel);
        });
        return typedFinding(finding);
      }),
      SetMute: limited(writes, 'Write', ({ name, mute }: { name: string; mute: string }, { role }: CallContext) => {
        if (mute !== 'MUTED' && mute !== 'UNMUTED' && mute !== 'UNDEFINED')
          throw invalidArgument(`mute must be MUTED, UNMUTED or UNDEFINED, not ${mute}`);
        const { finding } = findings.write(name, (stored) => {
          stored['mute'] = mute;
          stored['muteInitiator'] = `sandbox:${role}`;
          stored['muteUpdateTime'] = timeOf(kernel);
        });
        return typedFinding(finding);
      }),
    },
  };
}

function updateMarks(findings: Findings, { securityMarks, updateMask }: UpdateMarksRequest): object {
  const name = securityMarks?.name ?? '';
  if (securityMarks === null || !name.endsWith(marksSuffix)) {
    throw invalidArgument(
      `securityMarks.name must be the name of a finding followed by ${marksSuffix}, not ${JSON.stringify(name)}`,
    );
  }
  const findingName = name.slice(0, -marksSuffix.length);
  const marks = updatedMarks(
    marksOf(findings.byName(findingName).finding),
    securityMarks.marks,
    updateMask?.paths ?? [],
  );
  const { finding } = findings.annotate(findingName, (stored) => {
    stored['securityMarks'] = {
      ...objectAt(stored, 'securityMarks'),
      name: `${textAt(stored, 'name') ?? findingName}${marksSuffix}`,
      marks,
    };
  });
  return { name: textAt(finding, 'securityMarks', 'name') ?? name, marks };
}

function objectAt(finding: JsonObject, key: string): JsonObject {
  const value = valueAt(finding, key);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function timeOf(kernel: Kernel): string {
  return new Date(kernel.now()).toISOString();
}
