import protojson from 'protobufjs/ext/protojson.js';
import { protoRoot, protosOf } from '../kernel/definitions.ts';
import type { JsonObject } from '../kernel/json.ts';
import { invalidArgument } from '../kernel/refuse.ts';

/** The definitions of Security Command Center, v2 among them. */
export const securityCenterProtos = protosOf('@google-cloud/security-center');

/**
 * The finding as a v2 message. Fields and enum values that v2 does not know are dropped here, as a typed client never sees them. Throws
 * StatusError INVALID_ARGUMENT where a known field has a value that cannot be read.
 */
export function typedFinding(finding: JsonObject): object {
  return typed('google.cloud.securitycenter.v2.Finding', finding);
}

/** The resource as ListFindings answers it; fields of the v1 shape are dropped. Throws StatusError INVALID_ARGUMENT. */
export function typedResource(resource: JsonObject): object {
  return typed('google.cloud.securitycenter.v2.ListFindingsResponse.ListFindingsResult.Resource', resource);
}

function typed(type: string, json: JsonObject): object {
  try {
    return protojson.fromJson(protoRoot(securityCenterProtos).lookupType(type), json, { ignoreUnknownFields: true });
  } catch (error) {
    throw invalidArgument(
      `the document does not fit ${type}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
