import type { FindingIdentity } from './finding-name.ts';
import type { JsonObject } from './json.ts';

/** SCC's severities; a value that SCC adds later is kept as it came. */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'SEVERITY_UNSPECIFIED' | (string & {});

/** A file as SCC reports it. Source: securitycenter/v2/file.proto. */
export interface ReportedFile {
  readonly path: string;
  /** Set only where it is the hash of the whole file (hashedSize = size, not partially hashed): fit for reputation look-ups. */
  readonly sha256?: string;
  /** Set where the hash covers only a prefix or possibly truncated contents: never fit for a look-up. */
  readonly partialSha256?: string;
  /** The beginning of the contents, where SCC sends it. Attacker's text. */
  readonly contents?: string;
}

/** A process as SCC reports it. Source: securitycenter/v2/process.proto. Environment values never reach this type. */
export interface ReportedProcess {
  readonly name: string;
  readonly binary?: ReportedFile;
  readonly libraries: readonly ReportedFile[];
  readonly script?: ReportedFile;
  /** Attacker's text, as shown; never evaluated. */
  readonly args: readonly string[];
  readonly argumentsTruncated: boolean;
  readonly envVariableNames: readonly string[];
  readonly pid?: string;
  readonly parentPid?: string;
}

/** A container as SCC reports it. */
export interface ReportedContainer {
  readonly name: string;
  /** Image as referenced; may be a mutable tag. */
  readonly uri: string;
  /** Image digest (`sha256:…`), empty where unknown. */
  readonly imageId: string;
}

/** A network connection as SCC reports it. */
export interface ReportedConnection {
  readonly destinationIp: string;
  readonly destinationPort?: number;
  readonly sourceIp: string;
  readonly sourcePort?: number;
  readonly protocol?: string;
}

/** One change of an IAM policy as SCC reports it. Source: securitycenter/v2/iam_binding.proto. All texts are hostile. */
export interface ReportedBinding {
  readonly action: 'added' | 'removed' | 'changed';
  readonly role: string;
  readonly member: string;
}

/** ATT&CK names as SCC sends them (enum names, not T-numbers). */
export interface ReportedAttack {
  readonly primaryTactic?: string;
  readonly primaryTechniques: readonly string[];
  readonly additionalTactics: readonly string[];
  readonly additionalTechniques: readonly string[];
}

/** The Cloud Run resource that a finding is about, parsed from its full resource name. */
export interface CloudRunResource {
  readonly kind: 'service' | 'job' | 'workerPool';
  /** Project id or number, as in the name. */
  readonly project: string;
  readonly location: string;
  readonly name: string;
  /** The last segment of a `/revisions/…` tail. */
  readonly revision?: string;
  /** The last segment of an `/executions/…` tail. */
  readonly execution?: string;
}

/**
 * A finding of Security Command Center, parsed from any of the shapes in which it arrives. All texts are hostile. Times are RFC 3339
 * in UTC; a time that SCC left at zero is absent.
 */
export interface Finding extends FindingIdentity {
  readonly category: string;
  readonly state: 'ACTIVE' | 'INACTIVE' | (string & {});
  readonly mute: 'MUTED' | 'UNMUTED' | 'UNDEFINED' | (string & {});
  readonly severity: Severity;
  readonly findingClass: string;
  /** First detection, or the last update, or the resolution. */
  readonly eventTime: string;
  /** When SCC created the record. */
  readonly createTime?: string;
  readonly description: string;
  readonly nextSteps: string;
  readonly externalUri: string;
  readonly moduleName: string;
  readonly parentDisplayName: string;
  readonly resourceName: string;
  readonly resourceType: string;
  /** Absent where the resource is not a Cloud Run service, job or worker pool. */
  readonly resource?: CloudRunResource;
  /** The project's id, as SCC displays it. */
  readonly projectDisplayName: string;
  /** The project's full resource name (`//cloudresourcemanager.googleapis.com/projects/…`). */
  readonly projectFullName: string;
  readonly processes: readonly ReportedProcess[];
  readonly containers: readonly ReportedContainer[];
  readonly connections: readonly ReportedConnection[];
  readonly files: readonly ReportedFile[];
  readonly indicator: {
    readonly ipAddresses: readonly string[];
    readonly domains: readonly string[];
    readonly uris: readonly string[];
  };
  readonly attack?: ReportedAttack;
  /** `sourceProperties.Container_Image_Uri`, else the first container's uri, else empty. */
  readonly containerImageUri: string;
  /** `sourceProperties.Reverse_Shell_Stdin_Redirection_*`: the shell's connection. */
  readonly reverseShell?: ReportedConnection;
  /** SCC's link to the VirusTotal page, where it sends one. */
  readonly virusTotalLink?: string;
  readonly principalEmail?: string;
  readonly callerIp?: string;
  /** The method of the API that was called (`access.methodName`). */
  readonly methodName?: string;
  /** What was changed in a policy; absent where SCC sends none. */
  readonly bindings?: readonly ReportedBinding[];
  readonly marks: Readonly<Record<string, string>>;
  readonly contacts: readonly string[];
}

/** A parsed finding with its document (redacted of environment values), as one of possibly several in what was received. */
export interface ParsedFinding {
  readonly finding: Finding;
  /** The finding and resource as received, environment values replaced by `[removed]`, unknown fields kept. */
  readonly document: JsonObject;
  /** sha256 of the canonical JSON of the document as it was received, before removal. */
  readonly originalSha256: string;
  /** sha256 of what the finding says: the redacted finding without marks, state, mute fields and eventTime. */
  readonly fingerprint: string;
  /** `organizations/1`, `folders/2`, `projects/3`: whose it says that it is, by its names and its resource. */
  readonly owners: readonly string[];
}
