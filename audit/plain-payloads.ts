import type { Payload } from '@temporalio/common';

/** A payload as plain data: JSON is parsed, anything else is shown by its encoding and base64. */
export function plainPayload({ metadata, data }: Payload): unknown {
  const encoding = new TextDecoder().decode(metadata?.['encoding'] ?? undefined);
  const bytes = Buffer.from(data ?? []);
  if (encoding === 'json/plain') {
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      // An edited history need not be well-formed; this form equals nothing that the code makes.
      return { encoding, unreadable: bytes.toString('base64') };
    }
  }
  return { encoding, base64: bytes.toString('base64') };
}

/** Payloads in order. */
export function plainPayloads(payloads: readonly Payload[] | null | undefined): unknown[] {
  // An array of the workflow sandbox makes arrays of its own kind with `map`, which equal none of ours.
  return Array.from(payloads ?? [], plainPayload);
}

/** Payloads by name. */
export function plainFields(fields: Readonly<Record<string, Payload>> | null | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, payload]) => [name, plainPayload(payload)]));
}

/**
 * Search attributes, decoded, without `Updated`: it shows the workflow's clock, which live can stand behind the one of a replay where a query
 * waited for a worker. Nothing is decided by it.
 */
export function plainAttributes(fields: Readonly<Record<string, Payload>> | null | undefined): Record<string, unknown> {
  const { Updated: _, ...compared } = plainFields(fields);
  return compared;
}

interface FailureLike {
  readonly message?: string | null;
  readonly cause?: FailureLike | null;
  readonly applicationFailureInfo?: {
    readonly type?: string | null;
    readonly nonRetryable?: boolean | null;
    readonly details?: { readonly payloads?: readonly Payload[] | null } | null;
  } | null;
}

/** What a failure says, without its stack trace: that differs from one build to the next. */
export function plainFailure(failure: FailureLike | null | undefined): unknown {
  if (failure === null || failure === undefined) return null;
  const { message, cause, applicationFailureInfo: info } = failure;
  return {
    message: message ?? '',
    ...(info && {
      type: info.type ?? '',
      nonRetryable: info.nonRetryable ?? false,
      details: plainPayloads(info.details?.payloads),
    }),
    ...(cause && { cause: plainFailure(cause) }),
  };
}
