import type { GoogleRole } from '../../model/permissions.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import type { Line } from './line.ts';
import type { PreflightClients } from './clients.ts';

/** What is looked at, and as whom. */
export interface Preflight {
  readonly configuration: Configuration;
  /** The roles whose work is looked at. */
  readonly roles: readonly GoogleRole[];
  /** Whether who calls is that role itself: in the sandbox always (a port each), on Google Cloud where `--role` says so. */
  readonly asRoles: boolean;
  /** The projects whose Cloud Run resources are to be contained, by id. */
  readonly projects: readonly string[];
  /** Where they run; empty where nobody said so. */
  readonly regions: readonly string[];
  /** Accounts that respond has to act as, by their e-mail, where somebody named them. */
  readonly accounts: readonly string[];
  readonly clients: PreflightClients;
  /** Aborts at the check's deadline. */
  readonly signal: AbortSignal;
}

/** One thing to look at. It reads, and writes nothing anywhere. */
export interface Check {
  readonly name: string;
  /** Which roles can answer it as themselves: with `--role` only theirs is looked at. Absent: all; none: it takes an operator's rights. */
  readonly of?: readonly GoogleRole[];
  /** Whether it calls Google: without credentials it is not tried. */
  readonly asksGoogle: boolean;
  readonly look: (preflight: Preflight) => Promise<readonly Line[]>;
}
