import type { ReportedConnection } from './finding.ts';
import { FindingParseError } from './finding-error.ts';
import { asText, port } from './finding-fields.ts';
import { toJson } from './finding-json.ts';
import { unwrapMap } from './finding-values.ts';
import { addressText } from './ip-address.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** The source properties that the Cloud Run runbooks name. */
export interface SourceProperties {
  readonly reverseShell?: ReportedConnection;
  readonly containerImageUri: string;
  readonly virusTotalLink?: string;
}

/** A link worth offering to a person: https, VirusTotal's own host, nothing that could break out of a line. */
const virusTotalPage = /^https:\/\/(?:[a-z0-9-]{1,63}\.){0,3}virustotal\.com\/[\x21-\x7e]{0,2000}$/;

function reverseShell(properties: JsonObject): ReportedConnection | undefined {
  const part = (name: string) => own(properties, `Reverse_Shell_Stdin_Redirection_${name}`);
  const destinationIp = addressText(asText(part('Dst_Ip')));
  const sourceIp = addressText(asText(part('Src_Ip')));
  if (destinationIp === '' && sourceIp === '') return undefined;
  // Whether SCC sends ports as numbers or as texts is not documented.
  const destinationPort = port(part('Dst_Port'));
  const sourcePort = port(part('Src_Port'));
  return {
    destinationIp,
    ...(destinationPort === undefined ? {} : { destinationPort }),
    sourceIp,
    ...(sourcePort === undefined ? {} : { sourcePort }),
  };
}

/** The link is a text, an object with `url`, or a list of either. */
function virusTotalLink(value: Json | undefined): string | undefined {
  const links: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return links
    .map((link) => asText(isJsonObject(link) ? own(link, 'url') : link))
    .find((link) => virusTotalPage.test(link));
}

/** BigQuery's export has the properties as a text of JSON. */
function fromText(place: Json | undefined): Json | undefined {
  if (typeof place !== 'string') return place;
  try {
    return toJson(JSON.parse(place));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof FindingParseError) return undefined;
    throw error;
  }
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Reads the source properties, plain or as google.protobuf.Value; the first of several places that has one wins. */
export function readSourceProperties(places: readonly (Json | undefined)[]): SourceProperties {
  const properties: JsonObject = Object.fromEntries(
    places.toReversed().flatMap((place) => Object.entries(unwrapMap(fromText(place)))),
  );
  const shell = reverseShell(properties);
  const context = own(properties, 'contextUris');
  const link = isJsonObject(context) ? virusTotalLink(own(context, 'virustotalIndicatorQueryUri')) : undefined;
  return {
    ...(shell ? { reverseShell: shell } : {}),
    containerImageUri: asText(own(properties, 'Container_Image_Uri')),
    ...(link === undefined ? {} : { virusTotalLink: link }),
  };
}
