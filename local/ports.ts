import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { FirebreakError } from '../runtime/errors.ts';

/** The base of all ports where none is asked for. */
export const defaultBasePort = 7600;

/** Ports from the base on that belong to one system. */
const span = 20;

/** The ports of one system, all on 127.0.0.1. */
export interface PortPlan {
  readonly base: number;
  readonly temporal: number;
  readonly ui: number;
  /** The first of the sandbox's ten ports. */
  readonly sandbox: number;
}

/** A base port outside 1024 to 65516. */
export class BasePortError extends FirebreakError {
  constructor(base: number) {
    super(`--port ${base}: the base port must be a whole number from 1024 to ${65_536 - span}`);
  }
}

/** A port that is needed is taken by another process. */
export class PortInUseError extends FirebreakError {
  readonly port: number;
  constructor(port: number, purpose: string, options?: ErrorOptions) {
    super(
      `port ${port} (${purpose}) is in use by another process. ` +
        `Stop that process, or choose another base with --port N (${span} ports from N on are used).`,
      options,
    );
    this.port = port;
  }
}

/** Which ports a system with that base uses. Throws BasePortError. */
export function planPorts(base: number): PortPlan {
  if (!Number.isInteger(base) || base < 1024 || base + span > 65_536) throw new BasePortError(base);
  return { base, temporal: base, ui: base + 1, sandbox: base + 10 };
}

/** What each port of a plan is for. */
function purposes(plan: PortPlan): [number, string][] {
  const sandbox = Array.from({ length: 10 }, (_, index): [number, string] => [plan.sandbox + index, 'the sandbox']);
  return [[plan.temporal, 'the Temporal server'], [plan.ui, "Temporal's UI"], ...sandbox];
}

/** Whether something on this machine answers at that port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Waits until all those ports of 127.0.0.1 answer. Throws when the signal is aborted first. */
export async function waitForPorts(ports: readonly number[], signal: AbortSignal): Promise<void> {
  for (const port of ports) while (!(await answers(port))) await pause(25, undefined, { signal });
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server));
  });
}

/** Throws PortInUseError where that port of 127.0.0.1 is taken. `purpose` completes the message. */
export async function assertFree(port: number, purpose: string): Promise<void> {
  // Asking first: macOS lets us bind 127.0.0.1 while another process has the port on all addresses.
  if (await answers(port)) throw new PortInUseError(port, purpose);
  try {
    const server = await listen(port);
    await new Promise((resolve) => server.close(resolve));
  } catch (error) {
    throw new PortInUseError(port, purpose, { cause: error });
  }
}

/** Throws PortInUseError naming the first port of the plan that is taken. */
export async function assertPortsFree(plan: PortPlan): Promise<void> {
  for (const [port, purpose] of purposes(plan)) await assertFree(port, purpose);
}

/**
 * A base for tests: its ports are free, and no other caller of this function on the machine gets it while this process lives. It lies
 * below the ports that systems give to outgoing connections.
 */
export async function freePortBase(): Promise<number> {
  const [first, slots, stride] = [20_000, 570, span + 1];
  for (let attempt = 0; attempt < slots; attempt += 1) {
    const base = first + stride * ((process.pid * 7 + attempt * 11) % slots);
    try {
      // Neither a plan nor a sandbox on the base itself uses this port: holding it until the process ends keeps other callers off.
      const guard = await listen(base + span);
      guard.unref();
      await assertPortsFree(planPorts(base));
      return base;
    } catch (error) {
      if (error instanceof PortInUseError || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'))
        continue;
      throw error;
    }
  }
  throw new Error(`no ${span} free ports in a row between ${first} and ${first + stride * slots}`);
}
