import protojson from 'protobufjs/ext/protojson.js';
import { protoRoot } from '../kernel/definitions.ts';
import { isJsonObject, type JsonObject, textAt, valueAt } from '../kernel/json.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { Findings } from './findings.ts';
import { securityCenterProtos } from './typed.ts';

/** A request for UpdateExternalSystem, decoded. */
export interface UpdateExternalSystemRequest {
  readonly externalSystem: { readonly name: string } | null;
  readonly updateMask: { readonly paths: readonly string[] } | null;
}

const namePattern = /^(.+\/findings\/[^/]+)\/externalSystems\/([A-Za-z0-9_-]{1,128})$/;

/** What may be written, as masks name it. Source: securitycenter/v2/external_system.proto. */
const fields: Readonly<Record<string, string>> = {
  assignees: 'assignees',
  external_uid: 'externalUid',
  status: 'status',
  external_system_update_time: 'externalSystemUpdateTime',
  case_uri: 'caseUri',
  case_priority: 'casePriority',
  case_sla: 'caseSla',
  case_create_time: 'caseCreateTime',
  case_close_time: 'caseCloseTime',
  ticket_info: 'ticketInfo',
};

/**
 * Writes what an external system says of a finding: the fields of the mask, all where it is empty; one that was not there is made. The finding
 * is changed by `change`. Throws StatusError INVALID_ARGUMENT. Source: UpdateExternalSystemRequest in securitycenter_service.proto; that an
 * unknown path is refused is assumed.
 */
export function updateExternalSystem(
  findings: Pick<Findings, 'byName'>,
  { externalSystem, updateMask }: UpdateExternalSystemRequest,
  change: (finding: string, write: (stored: JsonObject) => void) => void,
): object {
  const [, finding, id] = namePattern.exec(externalSystem?.name ?? '') ?? [];
  if (externalSystem === null || finding === undefined || id === undefined)
    throw invalidArgument(
      `externalSystem.name must be the name of a finding followed by /externalSystems/ID, not ${JSON.stringify(externalSystem?.name ?? '')}`,
    );
  const paths = updateMask?.paths ?? [];
  const strange = paths.find((path) => !Object.hasOwn(fields, path));
  if (strange !== undefined) throw invalidArgument(`the update mask has an unknown field ${JSON.stringify(strange)}`);
  const type = protoRoot(securityCenterProtos).lookupType('google.cloud.securitycenter.v2.ExternalSystem');
  const given = protojson.toJson(type, type.fromObject(externalSystem));
  if (!isJsonObject(given)) throw invalidArgument('externalSystem must be an object');
  const before = valueAt(findings.byName(finding).finding, 'externalSystems', id);
  const written = paths.length === 0 ? Object.values(fields) : paths.flatMap((path) => fields[path] ?? []);
  const kept = isJsonObject(before) ? Object.entries(before).filter(([key]) => !written.includes(key)) : [];
  const set = Object.entries(given).filter(([key]) => written.includes(key));
  change(finding, (stored) => {
    const all = valueAt(stored, 'externalSystems');
    const name = `${textAt(stored, 'name') ?? finding}/externalSystems/${id}`;
    stored['externalSystems'] = {
      ...(isJsonObject(all) && all),
      [id]: { ...Object.fromEntries([...kept, ...set]), name },
    };
  });
  const after = valueAt(findings.byName(finding).finding, 'externalSystems', id);
  return protojson.fromJson(type, after ?? {});
}
