/** Why a changing call is made: the case, and the decisions that brought it about, if any. */
export function requestReason(caseId: string, decisions: readonly string[]): string {
  return ['firebreak case', caseId, ...(decisions.length > 0 ? ['decision', ...decisions] : [])].join(' ');
}

/** Cloud Audit Logs keep this header, so that Google's own record names the case and the decision. */
export function reasonHeader(reason: string) {
  return { otherArgs: { headers: { 'x-goog-request-reason': reason } } };
}
