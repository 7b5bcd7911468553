import { Session } from 'node:inspector/promises';

/** Memory of a worker process, bytes; the heap is that of all its threads: workflows run in threads of their own. */
export interface WorkerMemory {
  readonly heap: number;
  readonly threads: number;
  readonly resident: number;
}

/** Collects garbage in every thread of this process and tells what is left. */
export async function collectedMemory(): Promise<WorkerMemory> {
  const session = new Session();
  session.connect();
  try {
    const heaps = [await collected((method) => session.post(method)), ...(await ofThreads(session))];
    return {
      heap: heaps.reduce((sum, heap) => sum + heap, 0),
      threads: heaps.length,
      resident: process.memoryUsage.rss(),
    };
  } finally {
    session.disconnect();
  }
}

/** Sends a command of the inspector's protocol, answers its result. */
type Send = (method: string) => Promise<unknown>;

async function collected(send: Send): Promise<number> {
  // Twice: what finalisers let go of at the first goes at the second.
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.collectGarbage');
  const usage = await send('Runtime.getHeapUsage');
  if (typeof usage !== 'object' || usage === null || !('usedSize' in usage))
    throw new TypeError('the inspector does not tell the heap');
  return Number(usage.usedSize);
}

/** Threads are reached through the main thread's inspector, which wraps their messages. */
async function ofThreads(session: Session): Promise<number[]> {
  const sessions: string[] = [];
  const answers = new Map<number, (result: unknown) => void>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => sessions.push(params.sessionId));
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const message = JSON.parse(params.message) as { id?: number; result?: unknown };
    answers.get(message.id ?? -1)?.(message.result);
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  let id = 0;
  const heaps: number[] = [];
  for (const sessionId of sessions) {
    const send: Send = async (method) => {
      id += 1;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      answers.set(id, resolve);
      await session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
      return await promise;
    };
    heaps.push(await collected(send));
  }
  await session.post('NodeWorker.disable');
  return heaps;
}
