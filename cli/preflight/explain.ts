import { status } from '@grpc/grpc-js';
import { grpcCode } from '../../activities/google-errors.ts';
import { type GoogleApi, googleApis } from '../../runtime/endpoints.ts';
import { messageOf } from '../../runtime/errors.ts';
import { failed, type Line, notKnown } from './line.ts';

/** What was asked for when an API refused. */
export interface Asked {
  readonly api: GoogleApi;
  /** What it was asked about, as people read it. */
  readonly about: string;
  /** The permission that the question itself takes; absent where it takes none. */
  readonly permission?: string;
}

/** What an error of a Google client means for a question, told by its codes: which of them is a finding, and which only means that it is not known. */
export function explained(error: unknown, { api, about, permission }: Asked): Line {
  const { host, title, variable } = googleApis[api];
  const code = grpcCode(error);
  if (reasonOf(error) === 'SERVICE_DISABLED')
    return failed(
      `${about}: the API ${host} is off in the project that these credentials call from`,
      `Turn it on: gcloud services enable ${host} --project=PROJECT`,
    );
  switch (code) {
    case status.PERMISSION_DENIED:
      return notKnown(
        `${about}: these credentials may not read it (or it does not exist)`,
        permission === undefined ? 'Ask as somebody who may.' : `Ask as somebody who has ${permission}.`,
      );
    case status.UNAUTHENTICATED:
      return failed(
        `${about}: ${title} does not accept these credentials`,
        'Get new ones: gcloud auth application-default login, or look at the service account of this process.',
      );
    case status.NOT_FOUND:
      return failed(`${about}: there is no such thing`, 'Look at the name in the configuration, or make it.');
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return notKnown(
        `${about}: ${host} does not answer (${status[code]})`,
        `Look at the network between this machine and ${title}, and at ${variable}.`,
      );
    default: {
      const name = code === undefined ? '' : `${status[code] ?? code}: `;
      return notKnown(`${about}: ${name}${messageOf(error).slice(0, 300)}`, 'Try again; then look at what it says.');
    }
  }
}

/** google.rpc.ErrorInfo's reason, which Google's clients put on their errors. */
function reasonOf(error: unknown): string | undefined {
  const reason: unknown = typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined;
  return typeof reason === 'string' ? reason : undefined;
}
