import { editPayload, type Parts } from './edit-history.ts';

/** Title, event to edit (type, and which of that type), the edit, and what strict replay has to say about it. */
type Edit = [title: string, type: string, nth: number, edit: (event: Parts) => void, what: string];

const payload = (parts: Parts | undefined): Parts | undefined => parts?.['payloads']?.['0'];

/** Edits of recorded-run.json, one for each thing that strict replay looks at. */
export const edits: Edit[] = [
  [
    'an argument of an activity',
    'ACTIVITY_TASK_SCHEDULED',
    3,
    (e) => editPayload(payload(e['input']), 'ada', 'eve'),
    'activity 5 (act): arguments[0].approvedBy[0]',
  ],
  [
    'the queue of an activity',
    'ACTIVITY_TASK_SCHEDULED',
    3,
    (e) => Object.assign(e['taskQueue'] ?? {}, { name: 'elsewhere' }),
    'activity 5 (act): taskQueue',
  ],
  [
    'the type of an activity',
    'ACTIVITY_TASK_SCHEDULED',
    1,
    (e) => Object.assign(e['activityType'] ?? {}, { name: 'act' }),
    'activity 1 (act): type',
  ],
  [
    'the duration of a timer',
    'TIMER_STARTED',
    2,
    (e) => Object.assign(e, { startToFireTimeout: '0.026s' }),
    'timer 3: milliseconds',
  ],
  [
    'the answer to an update',
    'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
    2,
    (e) => editPayload(payload(e['outcome']?.['success']), 'ada', 'eve'),
    'update vote-2: outcome.result.by',
  ],
  [
    'the refusal of an update',
    'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
    1,
    (e) => Object.assign(e['outcome']?.['failure'] ?? {}, { message: 'fine' }),
    'update vote-1: outcome.failure.message',
  ],
  [
    'whose answer it is',
    'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
    2,
    (e) => Object.assign(e['meta'] ?? {}, { updateId: 'vote-3' }),
    'update vote-2: id',
  ],
  [
    'who voted',
    'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
    2,
    (e) => editPayload(payload(e['acceptedRequest']?.['input']?.['args']), 'ada', 'eve'),
    'activity 5 (act): arguments[0].approvedBy[0]',
  ],
  [
    'what a local activity found',
    'MARKER_RECORDED',
    2,
    (e) => editPayload(payload(e['details']?.['result']), 'true', 'false'),
    'update vote-2: outcome',
  ],
  [
    'which local activity it was',
    'MARKER_RECORDED',
    1,
    (e) => editPayload(payload(e['details']?.['data']), '"verify"', '"other"'),
    'local activity 3 (other): type',
  ],
  [
    'what an activity answered',
    'ACTIVITY_TASK_COMPLETED',
    3,
    (e) => editPayload(payload(e['result']), 'changed', 'left'),
    'end of the run: result.receipt',
  ],
  [
    'a search attribute',
    'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
    1,
    (e) => editPayload(e['searchAttributes']?.['indexedFields']?.['CaseState'], 'proposed', 'contained'),
    'search attributes #1: values.CaseState',
  ],
  [
    'the memo',
    'WORKFLOW_PROPERTIES_MODIFIED',
    1,
    (e) => editPayload(e['upsertedMemo']?.['fields']?.['watermark'], '2026', '2027'),
    'memo #1: values.watermark',
  ],
  [
    'the result',
    'WORKFLOW_EXECUTION_COMPLETED',
    1,
    (e) => editPayload(payload(e['result']), 'finished', 'dismissed'),
    'end of the run: result.state',
  ],
  [
    'what the run was started with',
    'WORKFLOW_EXECUTION_STARTED',
    1,
    (e) => editPayload(payload(e['input']), 'checkout', 'billing'),
    'activity 1 (look): arguments[0].at',
  ],
];
