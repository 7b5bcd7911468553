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
  /** Before a changed policy is in force: what was, and until when it still is. Milliseconds since the epoch. */
  earlier?: { readonly bindings: readonly Binding[]; readonly until: number };
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

/** What is in force at that moment of the resource's own policy. */
export function bindingsInForce({ bindings, earlier }: Governed, at: number): readonly Binding[] {
  return earlier !== undefined && at < earlier.until ? earlier.bindings : bindings;
}

/** Who may invoke at that moment: by the resource's own policy, or by one that it inherits. */
export function invokersOf(governed: Governed, at: number): readonly string[] {
  const own = bindingsInForce(governed, at)
    .filter(({ role }) => role === 'roles/run.invoker')
    .flatMap(({ members }) => members);
  return [...own, ...governed.inheritedInvokers];
}
