import { createServer } from 'node:net';

/** A base port, drawn at random, whose ten ports are free right now. For tests and for anyone who starts several sandboxes on one machine. */
export async function freeBasePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    // Above 10080, to which a browser and fetch refuse to go; below the range from which the systems draw the ports of outgoing connections.
    const base = 10_090 + 10 * Math.floor(Math.random() * 2_190);
    const free = await Promise.all(Array.from({ length: 10 }, (_, index) => isFree(base + index)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no ten free ports in a row were found between 10090 and 32000');
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  return await promise;
}
