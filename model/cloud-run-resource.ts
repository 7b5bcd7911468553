import { closed, matching, optional, word, type z } from './schema.ts';

/** A DNS label, as Cloud Run names what it has. */
export const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** A project id or number; older organizations have ids scoped by a domain (`example.com:project`). */
export const project = `(?:[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?:)?${label}`;

const labelText = matching(new RegExp(`^${label}$`));

/** The members of a Cloud Run resource's name. */
export const resourceShape = {
  kind: word('service', 'job', 'workerPool', 'instance'),
  /** Project id or number, as in the name. */
  project: matching(new RegExp(`^${project}$`)),
  location: labelText,
  name: labelText,
  /** The last segment of a `/revisions/…` tail. */
  revision: optional(labelText),
};

/** The member that only findings have. */
export const resourceExecution = {
  /** The last segment of an `/executions/…` tail. */
  execution: optional(labelText),
};

/** The Cloud Run resource that a finding is about, parsed from its full resource name. */
export const cloudRunResourceSchema = closed({ ...resourceShape, ...resourceExecution });
export type CloudRunResource = z.infer<typeof cloudRunResourceSchema>;
