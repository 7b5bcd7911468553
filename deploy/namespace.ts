import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { searchAttributes } from '../model/temporal-names.ts';
import { codeOf, messageOf, UserError } from '../runtime/errors.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** How long closed cases stay in Temporal. */
const retention = msToTs('30 days');

/** What else can be said while a server starts, or has not yet heard of a namespace that was just made. */
const passing = new Set<unknown>([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.NOT_FOUND]);

/**
 * Makes the namespace with a retention of 30 days, or gives an existing one that retention, and registers the search attributes of cases
 * that are missing. Waits for the server until the signal aborts, then throws. Throws UserError where an attribute has another type.
 */
export async function prepareNamespace(options: {
  readonly connection: ConnectionOptions & { readonly address: string };
  readonly namespace: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { namespace, signal } = options;
  const connection = Connection.lazy(options.connection);
  try {
    await untilDone(signal, () =>
      connection.withDeadline(Date.now() + 10_000, () => ensureNamespace(connection, namespace)),
    );
    await untilDone(signal, () =>
      connection.withDeadline(Date.now() + 10_000, () => ensureAttributes(connection, namespace)),
    );
  } finally {
    await connection.close();
  }
}

async function untilDone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passing.has(codeOf(error))) throw error;
      if (signal.aborted) throw new Error(`Temporal did not get ready: ${messageOf(error)}`, { cause: error });
      await pause(500);
    }
  }
}

async function ensureNamespace({ workflowService }: Connection, namespace: string): Promise<void> {
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  } catch (error) {
    if (codeOf(error) !== status.ALREADY_EXISTS) throw error;
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  }
}

async function ensureAttributes({ operatorService }: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(searchAttributes)) {
    const wanted = IndexedValueType[`INDEXED_VALUE_TYPE_${upper(type)}`];
    const known = customAttributes[name];
    if (known === undefined) missing[name] = wanted;
    else if (known !== wanted) {
      throw new UserError(
        `the search attribute ${name} of namespace ${namespace} is ${IndexedValueType[known]}, not ${type}. Use another namespace.`,
      );
    }
  }
  if (Object.keys(missing).length > 0)
    await operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}

/** Upper case, known to the type checker. */
function upper<Text extends string>(text: Text): Uppercase<Text> {
  return text.toUpperCase() as Uppercase<Text>;
}
