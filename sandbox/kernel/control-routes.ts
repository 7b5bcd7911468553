import { z } from 'zod';
import type { CallLog } from './calls.ts';
import type { Faults } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { type Reality, readReality, RealityError, type World } from './reality.ts';
import { invalidArgument } from './refuse.ts';
import type { Clock, Route } from './service.ts';
import { roles } from './service.ts';
import type { FileStore } from './store.ts';

const callers = [...roles, 'virustotal'] as const;
const clockAdvance = z.strictObject({ advanceMilliseconds: z.number() });
const settings = z.record(z.string(), z.string());
const faultRule = z.strictObject({
  method: z.string(),
  role: z.enum(callers).optional(),
  code: z.string().optional(),
  count: z.number().optional(),
  delayMilliseconds: z.number().optional(),
  mode: z.enum(['fail', 'apply-then-lose']).optional(),
});

/** The control API's own routes: calls, faults, clock, state. */
export function controlRoutes(parts: {
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly store: FileStore;
  readonly world: World;
  readonly setReality: (reality: Reality) => void;
}): Route[] {
  const { calls, faults, clock, store, world, setReality } = parts;
  return [
    {
      method: 'GET',
      path: '/health',
      summary: 'answers once every port listens',
      handle: () => ({ ok: true, now: new Date(clock.now()).toISOString() }),
    },
    {
      method: 'GET',
      path: '/calls',
      summary: 'the calls recorded so far; ?method=UpdateService&role=respond',
      handle: ({ query }) => ({
        calls: calls.list({
          method: query.get('method') ?? undefined,
          role: knownRole(query.get('role') ?? undefined),
        }),
      }),
    },
    {
      method: 'DELETE',
      path: '/calls',
      summary: 'forgets the calls recorded so far',
      handle: () => {
        calls.clear();
        return {};
      },
    },
    {
      method: 'POST',
      path: '/faults',
      summary: 'plays a fault: {method, role?, code?, count?, delayMilliseconds?, mode?: fail | apply-then-lose}',
      handle: ({ body }) => {
        faults.add(parseBody(faultRule, body, 'POST /faults'));
        return { faults: faults.list() };
      },
    },
    {
      method: 'GET',
      path: '/faults',
      summary: 'the faults not yet used up',
      handle: () => ({ faults: faults.list() }),
    },
    {
      method: 'DELETE',
      path: '/faults',
      summary: 'ends all faults',
      handle: () => {
        faults.clear();
        return {};
      },
    },
    {
      method: 'POST',
      path: '/clock',
      summary: 'sets the clock ahead: {advanceMilliseconds}',
      handle: ({ body }) => {
        const { advanceMilliseconds } = parseBody(clockAdvance, body, 'POST /clock');
        clock.advance(advanceMilliseconds);
        return { now: new Date(clock.now()).toISOString() };
      },
    },
    {
      method: 'GET',
      path: '/reality',
      summary: 'how what is not known of the real services is played',
      handle: () => world,
    },
    {
      method: 'PUT',
      path: '/reality',
      summary: 'plays some of it another way from now on: {NAME: WAY}',
      handle: ({ body }) => {
        setReality(realityIn(parseBody(settings, body, 'PUT /reality')));
        return world;
      },
    },
    {
      method: 'GET',
      path: '/state',
      summary: 'everything that the sandbox keeps, for debugging',
      handle: () => store.snapshot(),
    },
  ];
}

function realityIn(ways: Readonly<Record<string, string>>): Reality {
  try {
    return readReality(Object.entries(ways).map(([name, way]) => `${name}=${way}`));
  } catch (error) {
    if (error instanceof RealityError) throw invalidArgument(`PUT /reality: ${error.message}`);
    throw error;
  }
}

function knownRole(role: string | undefined): string | undefined {
  if (role !== undefined && !callers.some((caller) => caller === role)) {
    throw invalidArgument(`role must be one of ${callers.join(', ')}, not ${JSON.stringify(role)}`);
  }
  return role;
}
