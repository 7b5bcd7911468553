import type { status } from '@grpc/grpc-js';
import type { Durations } from './pace.ts';
import type { World } from './reality.ts';

/** The identities that the sandbox knows: one port each, so a caller is who connects to that port. */
export const roles = ['publisher', 'intake', 'observe', 'respond', 'respond-iam', 'destructive', 'archive'] as const;
export type Role = (typeof roles)[number];

/**
 * Ports, counted from the sandbox's base port: the control API, VirusTotal, then one gRPC port a role that serves every Google API,
 * then the front end that requests to services come to.
 * Ten ports in a row belong to the sandbox.
 */
export const portOffset: Readonly<Record<'control' | 'virustotal' | 'front-door' | Role, number>> = {
  control: 0,
  virustotal: 1,
  publisher: 2,
  intake: 3,
  observe: 4,
  respond: 5,
  'respond-iam': 6,
  destructive: 7,
  archive: 8,
  'front-door': 9,
};

/** What a handler knows about a call. */
export interface CallContext {
  readonly role: Role;
  /** The sandbox's clock, milliseconds since the epoch (it can be set ahead by the control API). */
  readonly now: () => number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Answers one unary call. Requests and answers are protobufjs plain objects: camelCase, enums as names, int64 as strings. */
export type UnaryHandler = (request: never, context: CallContext) => Promise<object>;

/** One open bidirectional stream, as its handler sees it. */
export interface BidiCall {
  /** Called for each request of the client; requests have the same shape as those of unary calls. */
  onRequest(listener: (request: never) => void): void;
  /** Called once, when the client has said that it sends nothing more, went away, or cancelled. */
  onEnd(listener: () => void): void;
  /** Sends one answer. After the end it does nothing. */
  send(answer: object): void;
  /** Ends the stream: with OK, or with the error's status. */
  end(error?: StatusError): void;
}

/** Serves one bidirectional stream. */
export type BidiHandler = (call: BidiCall, context: CallContext) => void;

/** One gRPC service: its full name, where its definition is, and its methods. A method that is not listed answers UNIMPLEMENTED, loudly. */
export interface SandboxService {
  /** As in the proto: `google.cloud.run.v2.Services`. */
  readonly name: string;
  /** A client package's `build/protos/protos.json`, absolute. */
  readonly protos: string;
  /** By proto method name: `ListFindings`. */
  readonly unary: Readonly<Record<string, UnaryHandler>>;
  /** Bidirectional streams, by proto method name: `StreamingPull`. */
  readonly bidi?: Readonly<Record<string, BidiHandler>>;
}

/** An error with a gRPC status, as Google answers it. */
export class StatusError extends Error {
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
  }
}

/** A named part of the sandbox's state: plain JSON, kept in one file that survives a restart. */
export interface Section<T> {
  readonly value: T;
  /** Says that the value has changed; it is written soon, atomically. */
  readonly touch: () => void;
}

/** Where services keep their state. */
export interface Store {
  /** The section of that name; `initial` where the file has none. The value is mutated in place, then `touch` is called. */
  section<T extends object>(name: string, initial: () => T): Section<T>;
}

/** A request to the control API, matched to a route. */
export interface RouteRequest {
  /** The values of the path's `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; undefined where none was sent. */
  readonly body: unknown;
}

/** One route of the control API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/calls`, or with parameters of one segment each: `/cloud-run/services/:name`. */
  readonly path: string;
  /** What it does, for the list that an unknown route is answered with. */
  readonly summary: string;
  /** Answers JSON; a StatusError becomes the fitting HTTP status with its message. */
  readonly handle: (request: RouteRequest) => unknown;
}

/** The sandbox's clock: this machine's, plus what it was set ahead. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Sets the clock ahead; it never goes back. */
  advance(milliseconds: number): void;
  /** Called after each advance, so that timers can look again. */
  onAdvance(listener: () => void): void;
}

/** What a service of the sandbox is given when it is registered. */
export interface Kernel {
  readonly store: Store;
  /** The same as `clock.now`. */
  readonly now: () => number;
  readonly clock: Clock;
  /** Services add their own routes to the control API here. */
  readonly routes: { add(route: Route): void };
  /** Whether the documented quotas are enforced. */
  readonly quotas: 'on' | 'off';
  /** The project that the sandbox plays. */
  readonly project: string;
  /** How it plays what is not known of the real services. Ask it each time: a test may set a switch while it runs. */
  readonly world: World;
  readonly durations: Durations;
  /** Called when the sandbox closes, before its state is written for the last time: end timers here. */
  onClose(hook: () => void): void;
}
