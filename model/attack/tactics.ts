/** ATT&CK's tactics by SCC's name for them. Source: securitycenter/v2/mitre_attack.proto; names: ATT&CK Enterprise 18. */
export const tactics = {
  RECONNAISSANCE: { id: 'TA0043', name: 'Reconnaissance' },
  RESOURCE_DEVELOPMENT: { id: 'TA0042', name: 'Resource Development' },
  INITIAL_ACCESS: { id: 'TA0001', name: 'Initial Access' },
  EXECUTION: { id: 'TA0002', name: 'Execution' },
  PERSISTENCE: { id: 'TA0003', name: 'Persistence' },
  PRIVILEGE_ESCALATION: { id: 'TA0004', name: 'Privilege Escalation' },
  DEFENSE_EVASION: { id: 'TA0005', name: 'Defense Evasion' },
  CREDENTIAL_ACCESS: { id: 'TA0006', name: 'Credential Access' },
  DISCOVERY: { id: 'TA0007', name: 'Discovery' },
  LATERAL_MOVEMENT: { id: 'TA0008', name: 'Lateral Movement' },
  COLLECTION: { id: 'TA0009', name: 'Collection' },
  COMMAND_AND_CONTROL: { id: 'TA0011', name: 'Command and Control' },
  EXFILTRATION: { id: 'TA0010', name: 'Exfiltration' },
  IMPACT: { id: 'TA0040', name: 'Impact' },
} as const;

/** SCC's name of a tactic. */
export type TacticName = keyof typeof tactics;
