import type { ReportedBinding } from './finding.ts';
import { objectsField, textField } from './finding-fields.ts';
import type { JsonObject } from './json.ts';

/** The enum's values by name and, as the gRPC client may send them, by number. Source: securitycenter/v2/iam_binding.proto. */
const actions: ReadonlyMap<string, ReportedBinding['action']> = new Map([
  ['ADD', 'added'],
  ['1', 'added'],
  ['REMOVE', 'removed'],
  ['2', 'removed'],
]);

/** `finding.iamBindings`: what was changed in a policy. An action that SCC does not name is `changed`. */
export function readBindings(finding: JsonObject): readonly ReportedBinding[] {
  return objectsField(finding, 'iamBindings').flatMap((binding) => {
    const role = textField(binding, 'role');
    const member = textField(binding, 'member');
    if (role === '' && member === '') return [];
    return { action: actions.get(textField(binding, 'action')) ?? 'changed', role, member };
  });
}
