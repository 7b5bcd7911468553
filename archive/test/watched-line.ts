import { InterceptingCall, type Interceptor, status } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

const { GetWorkflowExecutionHistoryRequest, ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse } =
  proto.temporal.api.workflowservice.v1;

/**
 * A client of the real server over a line that a test watches and disturbs: what was asked for, runs that the server's list does not show yet,
 * and runs whose history it does not give.
 */
export async function watchedLine(address: string) {
  /** The queries of the lists, and the runs whose history was asked for, in order. */
  const queries: string[] = [];
  const fetched: string[] = [];
  const unlisted = new Set<string>();
  const refused = new Map<string, status>();

  const interceptor: Interceptor = (options, next) => {
    const method = options.method_definition.path.split('/').at(-1);
    let run = '';
    return new InterceptingCall(next(options), {
      start(metadata, _listener, proceed) {
        proceed(metadata, {
          onReceiveMessage(message: Buffer, pass: (message: Uint8Array) => void) {
            pass(method === 'ListWorkflowExecutions' ? without(message, unlisted) : message);
          },
          onReceiveStatus(given, pass) {
            const code = refused.get(run);
            pass(code === undefined ? given : { ...given, code, details: `refused with ${status[code]}` });
          },
        });
      },
      sendMessage(message: Buffer, proceed) {
        if (method === 'ListWorkflowExecutions') queries.push(ListWorkflowExecutionsRequest.decode(message).query);
        if (method === 'GetWorkflowExecutionHistory') {
          run = GetWorkflowExecutionHistoryRequest.decode(message).execution?.runId ?? '';
          fetched.push(run);
        }
        proceed(message);
      },
    });
  };
  const connection = await Connection.connect({ address, interceptors: [interceptor] });
  return { client: new Client({ connection }), queries, fetched, unlisted, refused, close: () => connection.close() };
}

function without(message: Uint8Array, unlisted: ReadonlySet<string>): Uint8Array {
  const { executions, ...rest } = ListWorkflowExecutionsResponse.decode(message);
  const listed = executions.filter(({ execution }) => !unlisted.has(execution?.runId ?? ''));
  return ListWorkflowExecutionsResponse.encode({ ...rest, executions: listed }).finish();
}
