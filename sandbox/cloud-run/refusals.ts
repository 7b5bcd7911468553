import type { CallContext, Section, UnaryHandler } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { identityOf } from './names.ts';
import type { CloudRunState } from './state.ts';

/** Calls that change something: those Google's audit log keeps though they were refused. */
const changing = /^(?:Create|Update|Delete|Run|Cancel|Stop|Start|SetIam)/;

/** The parts of a request that name what is to be changed. */
interface Naming {
  readonly name?: string;
  readonly resource?: string;
  readonly service?: { readonly name?: string } | null;
  readonly job?: { readonly name?: string } | null;
  readonly workerPool?: { readonly name?: string } | null;
}

/** The same handlers, which keep what they refuse for the audit log, with its status. `api`: `Services`. */
export function withRefusals(
  api: string,
  handlers: Record<string, UnaryHandler>,
  section: Section<CloudRunState>,
): Record<string, UnaryHandler> {
  const kept = ([method, handle]: [string, UnaryHandler]): [string, UnaryHandler] => [
    method,
    async (request: never, context: CallContext) => {
      try {
        return await handle(request, context);
      } catch (error) {
        if (error instanceof StatusError)
          note(section, `google.cloud.run.v2.${api}.${method}`, request, context, error);
        throw error;
      }
    },
  ];
  return Object.fromEntries(Object.entries(handlers).map((one) => (changing.test(one[0]) ? kept(one) : one)));
}

function note(
  { value: state, touch }: Section<CloudRunState>,
  method: string,
  request: Naming,
  { role, now }: CallContext,
  { code, message }: StatusError,
): void {
  const named =
    request.service?.name ?? request.job?.name ?? request.workerPool?.name ?? request.resource ?? request.name ?? '';
  const [, project] = /^projects\/([^/]+)\//.exec(named) ?? [];
  if (project === undefined) return;
  const owner = [...Object.values(state.services), ...Object.values(state.jobs)].find(
    ({ projectNumber }) => projectNumber === project,
  );
  const id = owner?.project ?? project;
  const resource = named.replace(`projects/${project}/`, `projects/${id}/`);
  state.audit.push({ at: now(), actor: identityOf(role, id), method, resource, status: { code, message } });
  touch();
}
