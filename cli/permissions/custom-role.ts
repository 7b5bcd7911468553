import { type GoogleRole, permissionNotes, permissionsOfRole, unverifiedPermissions } from '../../model/permissions.ts';

/** A custom role of Google Cloud's IAM. Source: `gcloud iam roles create --file`. */
export interface CustomRole {
  /** At most 100 characters. */
  readonly title: string;
  /** At most 256 characters. */
  readonly description: string;
  readonly stage: 'GA';
  readonly includedPermissions: readonly string[];
}

const does = {
  intake: 'receives notifications of findings',
  observe: 'reads findings, settings and logs, and marks findings',
  respond: 'contains: updates services and worker pools, cancels executions, stops instances',
  'respond-iam': 'contains: takes invokers out of policies and gives them back',
  destructive: 'deletes revisions, services and jobs after two approvals',
} as const satisfies Record<GoogleRole, string>;

/** The role that the identity of one of Firebreak's roles needs, no more. */
export function customRole(role: GoogleRole): CustomRole {
  return {
    title: `Firebreak ${role}`,
    description: `Firebreak's ${role} identity: ${does[role]}`,
    stage: 'GA',
    includedPermissions: permissionsOfRole(role),
  };
}

/** What of the role's permissions is not verified, by name. */
export function unverifiedOf({ includedPermissions }: CustomRole): string[] {
  return includedPermissions.filter((permission) => unverifiedPermissions.has(permission));
}

/** The role as YAML that gcloud takes, with what people must know as comments. */
export function roleYaml(role: GoogleRole): string {
  const custom = customRole(role);
  const { title, description, stage, includedPermissions } = custom;
  const unverified = new Set(unverifiedOf(custom));
  return [
    ...permissionNotes[role].map((note) => `# ${note}`),
    ...(unverified.size === 0 ? [] : ['# "unverified": likely, but no page of Google’s was found that says so.']),
    `title: ${JSON.stringify(title)}`,
    `description: ${JSON.stringify(description)}`,
    `stage: ${stage}`,
    'includedPermissions:',
    ...includedPermissions.map((name) => `- ${name}${unverified.has(name) ? ' # unverified' : ''}`),
  ].join('\n');
}
