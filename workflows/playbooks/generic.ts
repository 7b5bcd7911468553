import { adviseEnding } from './advice.ts';
import { binaryHashes, distinct, remoteAddresses } from './indicators.ts';
import { definePlaybook } from './playbook.ts';

/** Any other threat on a Cloud Run resource. It is taken to hold an outbound connection, since nothing says that it does not. */
export const generic = definePlaybook({
  name: 'generic',
  summary:
    'Any other threat on a Cloud Run resource. It is taken to hold an outbound connection, since nothing says that it does not.',
  categories: [],
  techniques: [],
  lookUp: (finding) => distinct([...binaryHashes(finding), ...remoteAddresses(finding)]),
  assess: () => [],
  threats: ['process', 'entry'],
  recommend: adviseEnding,
  todo: [
    'Read Google’s page for this finding: this playbook knows only what all Cloud Run threats share',
    'Tell the owner of the service',
  ],
});
