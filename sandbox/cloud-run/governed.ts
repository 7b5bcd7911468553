/** One binding of a resource's own policy. Source: google/iam/v1/policy.proto. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: object;
}

/** What has a policy of its own. */
export interface Governed {
  bindings: readonly Binding[];
  /** Members of roles/run.invoker by the policies of project, folder or organization: they are in no answer. */
  readonly inheritedInvokers: readonly string[];
  /** Counts changes of the policy; its etag is made of it. */
  policyVersion: number;
}

/** What every resource's record says of it. Times are milliseconds since the epoch. */
export interface ResourceRecord extends Governed {
  readonly project: string;
  readonly projectNumber: string;
  readonly location: string;
  readonly name: string;
  readonly uid: string;
  readonly createTime: number;
  readonly creator: string;
  updateTime: number;
  lastModifier: string;
}

/** Who may invoke: by the resource's own policy, or by one that it inherits. */
export function invokersOf({ bindings, inheritedInvokers }: Governed): readonly string[] {
  const own = bindings.filter(({ role }) => role === 'roles/run.invoker').flatMap(({ members }) => members);
  return [...own, ...inheritedInvokers];
}
