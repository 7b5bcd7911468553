import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/**
 * A failure that only says "not yet": Temporal starts the activity again after so many milliseconds. Meanwhile nothing runs, no slot is
 * kept, and the history does not grow.
 */
export function later(type: string, message: string, milliseconds: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type,
    nextRetryDelay: Math.max(1, Math.ceil(milliseconds)),
    category: ApplicationFailureCategory.BENIGN,
  });
}
