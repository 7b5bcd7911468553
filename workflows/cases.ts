// Every workflow that a worker of the role `cases` runs.
export { respondToFinding } from './respond-to-finding.ts';
export { undoCase } from './undo-case.ts';
export { watchResource } from './watch-resource.ts';
