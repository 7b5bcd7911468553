import { type GoogleRole, permissionNotes } from '../../model/permissions.ts';
import { say, sayJson } from '../terminal/output.ts';
import { customRole, roleYaml, unverifiedOf } from './custom-role.ts';

/** Prints the custom role of one of Firebreak's identities. */
export function showPermissions(role: GoogleRole, json: boolean): void {
  if (!json) return say(roleYaml(role));
  const custom = customRole(role);
  sayJson({ ...custom, unverified: unverifiedOf(custom), notes: permissionNotes[role] });
}
