import type { ReportedConnection, ReportedContainer, ReportedFile, ReportedProcess } from './finding.ts';
import { field, objectsField, port, positive, textField, textsField } from './finding-fields.ts';
import { decodeText } from './finding-values.ts';
import { addressText } from './ip-address.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

const sha256 = /^[0-9a-fA-F]{64}$/;

/** True where the hash is said to cover the whole file. Missing sizes say nothing, so they do not. Source: file.proto. */
function wholeFileHashed(file: JsonObject): boolean {
  const size = positive(field(file, 'size'));
  return (
    size !== undefined && size === positive(field(file, 'hashedSize')) && textField(file, 'partiallyHashed') !== 'true'
  );
}

/** A file; undefined where nothing is said of it (the gRPC client fills in empty ones). A hash `of-contents` never covers the whole file. */
function readFile(value: Json | undefined, hash: 'of-file' | 'of-contents' = 'of-file'): ReportedFile | undefined {
  if (!isJsonObject(value)) return undefined;
  const path = decodeText(textField(value, 'path'));
  const reported = textField(value, 'sha256');
  const contents = decodeText(textField(value, 'contents'));
  if (path === '' && reported === '' && contents === '') return undefined;
  const whole = hash === 'of-file' && wholeFileHashed(value);
  const digest = sha256.test(reported) ? reported.toLowerCase() : undefined;
  return {
    path,
    ...(digest !== undefined && whole ? { sha256: digest } : {}),
    ...(digest !== undefined && !whole ? { partialSha256: digest } : {}),
    ...(contents === '' ? {} : { contents }),
  };
}

/** The files in a list field. */
export function readFiles(object: JsonObject, name: string): readonly ReportedFile[] {
  return objectsField(object, name).flatMap((file) => readFile(file) ?? []);
}

function readProcess(process: JsonObject): ReportedProcess {
  const binary = readFile(field(process, 'binary'));
  // The hash of a script is that of its contents as sent, which may be cut.
  const script = readFile(field(process, 'script'), 'of-contents');
  const pid = positive(field(process, 'pid'));
  const parentPid = positive(field(process, 'parentPid'));
  return {
    name: decodeText(textField(process, 'name')),
    ...(binary ? { binary } : {}),
    libraries: readFiles(process, 'libraries'),
    ...(script ? { script } : {}),
    args: textsField(process, 'args').map(decodeText),
    argumentsTruncated: textField(process, 'argumentsTruncated') === 'true',
    envVariableNames: objectsField(process, 'envVariables').flatMap(
      (variable) => decodeText(textField(variable, 'name')) || [],
    ),
    ...(pid === undefined ? {} : { pid }),
    ...(parentPid === undefined ? {} : { parentPid }),
  };
}

/** `finding.processes`: the process that was seen, and with it its parent or child where SCC sends them. */
export function readProcesses(finding: JsonObject): readonly ReportedProcess[] {
  return objectsField(finding, 'processes').map(readProcess);
}

/** `finding.containers`. */
export function readContainers(finding: JsonObject): readonly ReportedContainer[] {
  return objectsField(finding, 'containers').map((container) => ({
    name: textField(container, 'name'),
    uri: textField(container, 'uri'),
    imageId: textField(container, 'imageId'),
  }));
}

/** `finding.connections`. */
export function readConnections(finding: JsonObject): readonly ReportedConnection[] {
  return objectsField(finding, 'connections').map((connection) => {
    const destinationPort = port(field(connection, 'destinationPort'));
    const sourcePort = port(field(connection, 'sourcePort'));
    const protocol = textField(connection, 'protocol');
    return {
      destinationIp: addressText(textField(connection, 'destinationIp')),
      ...(destinationPort === undefined ? {} : { destinationPort }),
      sourceIp: addressText(textField(connection, 'sourceIp')),
      ...(sourcePort === undefined ? {} : { sourcePort }),
      ...(protocol === '' || protocol === 'PROTOCOL_UNSPECIFIED' ? {} : { protocol }),
    };
  });
}
