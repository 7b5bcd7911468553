import type { Server as GrpcServer } from '@grpc/grpc-js';
import { createCallLog } from './calls.ts';
import type { CallLog } from './calls.ts';
import { createClock } from './clock.ts';
import { controlRoutes } from './control-routes.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { servedMethods, startGrpcServer } from './grpc-server.ts';
import { startHttpServer, stopHttpServer } from './http-server.ts';
import type { HttpAnswer, HttpRequest } from './http-server.ts';
import { durationsOf, type Pace } from './pace.ts';
import { type Reality, type World, worldOf } from './reality.ts';
import { createRoutes } from './routes.ts';
import { portOffset, roles } from './service.ts';
import type { Clock, Kernel, SandboxService, Store } from './service.ts';
import { openStore } from './store.ts';

/** How to run the sandbox. */
export interface KernelOptions {
  /** The first of ten ports in a row: see `portOffset`. */
  readonly basePort: number;
  /** Where to listen. Default 127.0.0.1; in a container `0.0.0.0`. */
  readonly host?: string | undefined;
  /** Where the state is kept; without it, in memory only. */
  readonly stateFile?: string | undefined;
  /** Whether the documented quotas are enforced. Default `on`. */
  readonly quotas?: 'on' | 'off' | undefined;
  /** The project that the sandbox plays. Default `rhea-prod-4421`. */
  readonly project?: string | undefined;
  /** How it plays what is not known of the real services, where it is not by the defaults. */
  readonly reality?: Reality | undefined;
  /** How long things take. Default `real`. */
  readonly pace?: Pace | undefined;
}

/** What a plain HTTP API of the sandbox brings: its methods, for faults, and its handler. */
export interface HttpService {
  /** Full names as they appear in the call log: `virustotal.v3/files`. */
  readonly methods: readonly string[];
  readonly handle: (
    request: HttpRequest,
    tools: { readonly calls: CallLog; readonly faults: Faults },
  ) => Promise<HttpAnswer>;
}

/** What is registered with the kernel. */
export interface Registered {
  readonly services: readonly SandboxService[];
  readonly virustotal?: HttpService;
  /** Answers requests of the internet to what runs in the sandbox. */
  readonly frontDoor?: (request: HttpRequest) => Promise<HttpAnswer>;
}

/** A kernel that runs. */
export interface RunningKernel<R extends Registered = Registered> {
  /** What `register` answered, with whatever it added for its caller. */
  readonly registered: R;
  readonly basePort: number;
  readonly project: string;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly store: Store;
  /** The world that is played. */
  readonly world: World;
  /** Sets some of its switches, from now on. */
  readonly setReality: (reality: Reality) => void;
  /** Stops listening, cuts open streams, writes the state. */
  close(): Promise<void>;
}

/**
 * Starts every port. `register` builds the services with what the kernel gives them. Throws, with nothing left running, where the state
 * cannot be read or a port cannot be used.
 */
export async function startKernel<R extends Registered>(
  options: KernelOptions,
  register: (kernel: Kernel) => R,
): Promise<RunningKernel<R>> {
  const { basePort, host = '127.0.0.1', project = 'rhea-prod-4421' } = options;
  const store = openStore(options.stateFile);
  const clock = createClock(store);
  const routes = createRoutes();
  const calls = createCallLog(clock.now);
  const hooks: (() => void)[] = [];
  const world = worldOf(options.reality);
  const setReality = (reality: Reality): void => void Object.assign(world, reality);
  const registered = register({
    store,
    clock,
    now: clock.now,
    routes,
    project,
    world,
    durations: durationsOf[options.pace ?? 'real'],
    quotas: options.quotas ?? 'on',
    onClose: (hook) => hooks.push(hook),
  });
  const { services, virustotal, frontDoor } = registered;
  const methods = servedMethods(services);
  const faults = createFaults(() => [
    ...methods.map(({ definition }) => definition.fullName),
    ...(virustotal?.methods ?? []),
  ]);
  for (const route of controlRoutes({ calls, faults, clock, store, world, setReality })) routes.add(route);

  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const hook of hooks) hook();
    await Promise.all(stops.map((stop) => stop()));
    store.close();
  };
  const listenHttp = async (
    name: 'control' | 'virustotal' | 'front-door',
    handle: (request: HttpRequest) => Promise<HttpAnswer>,
  ): Promise<void> => {
    const server = await startHttpServer(name, { host, port: basePort + portOffset[name] }, handle, clock.now);
    stops.push(() => stopHttpServer(server));
  };
  try {
    // The control port first: two sandboxes on the same ports meet here, before anything is served.
    await listenHttp('control', async ({ method, url, body }) => {
      const { route, params } = routes.match(method, url.pathname);
      return { status: 200, body: await store.durably(() => route.handle({ params, query: url.searchParams, body })) };
    });
    if (virustotal !== undefined)
      await listenHttp('virustotal', (request) => virustotal.handle(request, { calls, faults }));
    if (frontDoor !== undefined) await listenHttp('front-door', frontDoor);
    for (const role of roles) {
      const server = await startGrpcServer(
        role,
        { host, port: basePort + portOffset[role] },
        { methods, calls, faults, now: clock.now, durably: store.durably },
      );
      stops.push(() => stopGrpc(server));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { registered, basePort, project, calls, faults, clock, store, world, setReality, close };
}

async function stopGrpc(server: GrpcServer): Promise<void> {
  // Not tryShutdown: clients keep their streams open for as long as they live.
  server.forceShutdown();
  await Promise.resolve();
}
