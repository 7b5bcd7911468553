import { endpointOf, type GooglePlace, isSandbox } from '../../../runtime/google-place.ts';
import { messageOf } from '../../../runtime/errors.ts';
import type { Check, Preflight } from '../check.ts';
import { failed, type Line, notKnown, ok } from '../line.ts';

const todo =
  'On Google Cloud give this process its service account; elsewhere: gcloud auth application-default login, or GOOGLE_APPLICATION_CREDENTIALS.';

/** Milliseconds: off Google Cloud a metadata server is looked for. */
const longest = 15_000;

/** Whether Google can be asked at all: without credentials a call fails where nobody can catch it. */
export async function hasCredentials({
  configuration: { google },
  clients,
}: Omit<Preflight, 'signal'>): Promise<boolean> {
  if (needsNone(google)) return true;
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, longest, false);
  try {
    return await Promise.race([
      clients
        .projects('owner')
        .auth.getClient()
        .then(() => true),
      late,
    ]);
  } catch {
    // The check of credentials says why.
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The sandbox, and what is on this machine, take none. */
function needsNone(place: GooglePlace): boolean {
  return isSandbox(place) || endpointOf(place, 'resource-manager', 'owner')?.plain === true;
}

/** Whose name this machine calls Google in. No token is printed. */
export const credentials: Check = { name: 'credentials', asksGoogle: false, look };

async function look({ configuration: { google }, clients, roles, asRoles }: Preflight): Promise<Line[]> {
  if (isSandbox(google))
    return [ok(`the sandbox at ${google.host}:${google.port}: an identity is a port (${roles.join(', ')})`)];
  if (needsNone(google)) return [ok('none: the APIs are on this machine, in plain text')];
  const { auth } = clients.projects('owner');
  try {
    await auth.getClient();
  } catch (error) {
    return [failed(`there are none: ${messageOf(error).slice(0, 300)}`, todo)];
  }
  const whose = asRoles ? ` (taken for those of ${roles.join(', ')})` : '';
  try {
    const { client_email: email } = await auth.getCredentials();
    return email === undefined || email === 'default'
      ? [notKnown(`there are some, and they do not say whose${whose}: a person’s, or of a workload identity`, '')]
      : [ok(`${email}${whose}`)];
  } catch (error) {
    return [notKnown(`there are some; whose is not known: ${messageOf(error).slice(0, 300)}`, todo)];
  }
}
