/** The run was stopped: nothing more is checked, what was made is deleted. */
export class StoppedError extends Error {}

/** The check cannot be made here; the message says why. */
export class NotCheckedError extends Error {}

/** No second identity was given. */
export function noResponder(): NotCheckedError {
  return new NotCheckedError('it takes a second identity: --responder-credentials FILE');
}
