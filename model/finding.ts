import { type CloudRunResource, cloudRunResourceSchema } from './cloud-run-resource.ts';
import type { JsonObject } from './json.ts';
import { closed, identifier, instant, list, optional, shared, text, whole, word, yesNo, z } from './schema.ts';

export type { CloudRunResource };

/** As long as a finding may be (`findingBytes`): its texts and lists are bounded together, not each. */
const findingText = text(24_576);
const texts = list(findingText, 10_000);
const portNumber = whole(0, 65_535);

/** SCC's severities; a value that SCC adds later is kept as it came. */
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'SEVERITY_UNSPECIFIED' | (string & {});

/** A file as SCC reports it. Source: securitycenter/v2/file.proto. */
const reportedFileSchema = closed({
  path: findingText,
  /** Set only where it is the hash of the whole file (hashedSize = size, not partially hashed): fit for reputation look-ups. */
  sha256: optional(findingText),
  /** Set where the hash covers only a prefix or possibly truncated contents: never fit for a look-up. */
  partialSha256: optional(findingText),
  /** The beginning of the contents, where SCC sends it. Attacker's text. */
  contents: optional(findingText),
});
export type ReportedFile = z.infer<typeof reportedFileSchema>;

/** A process as SCC reports it. Source: securitycenter/v2/process.proto. Environment values never reach this type. */
const reportedProcessSchema = closed({
  name: findingText,
  binary: optional(reportedFileSchema),
  libraries: list(reportedFileSchema, 10_000),
  script: optional(reportedFileSchema),
  /** Attacker's text, as shown; never evaluated. */
  args: texts,
  argumentsTruncated: yesNo,
  envVariableNames: texts,
  pid: optional(findingText),
  parentPid: optional(findingText),
});
export type ReportedProcess = z.infer<typeof reportedProcessSchema>;

/** A container as SCC reports it. */
const reportedContainerSchema = closed({
  name: findingText,
  /** Image as referenced; may be a mutable tag. */
  uri: findingText,
  /** Image digest (`sha256:…`), empty where unknown. */
  imageId: findingText,
});
export type ReportedContainer = z.infer<typeof reportedContainerSchema>;

/** A network connection as SCC reports it. */
const reportedConnectionSchema = closed({
  destinationIp: findingText,
  destinationPort: optional(portNumber),
  sourceIp: findingText,
  sourcePort: optional(portNumber),
  protocol: optional(findingText),
});
export type ReportedConnection = z.infer<typeof reportedConnectionSchema>;

/** One change of an IAM policy as SCC reports it. Source: securitycenter/v2/iam_binding.proto. All texts are hostile. */
const reportedBindingSchema = closed({
  action: word('added', 'removed', 'changed'),
  role: findingText,
  member: findingText,
});
export type ReportedBinding = z.infer<typeof reportedBindingSchema>;

/** ATT&CK names as SCC sends them (enum names, not T-numbers). */
const reportedAttackSchema = closed({
  primaryTactic: optional(findingText),
  primaryTechniques: texts,
  additionalTactics: texts,
  additionalTechniques: texts,
});
export type ReportedAttack = z.infer<typeof reportedAttackSchema>;

/**
 * A finding of Security Command Center, parsed from any of the shapes in which it arrives. All texts are hostile. Times are RFC 3339
 * in UTC; a time that SCC left at zero is absent.
 */
export const findingSchema = closed({
  /** `organizations|folders|projects/…/sources/…[/locations/…]/findings/…` as received. */
  name: text(1_000),
  /** By the nearest ancestor's number, normally the project's, and with the location. */
  canonicalName: text(1_000),
  caseId: identifier,
  category: findingText,
  /** `ACTIVE`, `INACTIVE`, or what SCC adds later. */
  state: findingText,
  /** `MUTED`, `UNMUTED`, `UNDEFINED`, or what SCC adds later. */
  mute: findingText,
  severity: findingText,
  findingClass: findingText,
  /** First detection, or the last update, or the resolution. */
  eventTime: instant,
  /** When SCC created the record. */
  createTime: optional(instant),
  description: findingText,
  nextSteps: findingText,
  externalUri: findingText,
  moduleName: findingText,
  parentDisplayName: findingText,
  resourceName: findingText,
  resourceType: findingText,
  /** Absent where the resource is not a Cloud Run service, job or worker pool. */
  resource: optional(cloudRunResourceSchema),
  /** The project's id, as SCC displays it. */
  projectDisplayName: findingText,
  /** The project's full resource name (`//cloudresourcemanager.googleapis.com/projects/…`). */
  projectFullName: findingText,
  processes: list(reportedProcessSchema, 10_000),
  containers: list(reportedContainerSchema, 10_000),
  connections: list(reportedConnectionSchema, 10_000),
  files: list(reportedFileSchema, 10_000),
  indicator: closed({ ipAddresses: texts, domains: texts, uris: texts }),
  attack: optional(reportedAttackSchema),
  /** `sourceProperties.Container_Image_Uri`, else the first container's uri, else empty. */
  containerImageUri: findingText,
  /** `sourceProperties.Reverse_Shell_Stdin_Redirection_*`: the shell's connection. */
  reverseShell: optional(reportedConnectionSchema),
  /** SCC's link to the VirusTotal page, where it sends one. */
  virusTotalLink: optional(findingText),
  principalEmail: optional(findingText),
  callerIp: optional(findingText),
  /** The method of the API that was called (`access.methodName`). */
  methodName: optional(findingText),
  /** What was changed in a policy; absent where SCC sends none. */
  bindings: optional(list(reportedBindingSchema, 10_000)),
  marks: shared(z.readonly(z.record(findingText, findingText))),
  contacts: texts,
});
export type Finding = z.infer<typeof findingSchema>;

/** A parsed finding with its document (redacted of environment values, secrets masked), as one of possibly several in what was received. */
export interface ParsedFinding {
  readonly finding: Finding;
  /** The finding and resource as received, environment values replaced by `[removed]`, secrets masked, unknown fields kept. */
  readonly document: JsonObject;
  /** sha256 of the canonical JSON of the document as it was received, before removal and masking; absent where only the masked form is there. */
  readonly originalSha256?: string;
  /** sha256 of what the finding says: the redacted finding without marks, state, mute fields and eventTime. */
  readonly fingerprint: string;
  /** `organizations/1`, `folders/2`, `projects/3`: whose it says that it is, by its names and its resource. */
  readonly owners: readonly string[];
}
