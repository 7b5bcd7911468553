import type { Area } from '../claim.ts';
import { filterClaims } from './scc-filters.ts';
import { writeClaims } from './scc-writes.ts';

/** Security Command Center, whose findings the engine answers. */
export const securityCommandCenter: Area = {
  title: 'Security Command Center (`google.cloud.securitycenter.v2`)',
  served:
    'Served: ListFindings, UpdateSecurityMarks, UpdateExternalSystem, SetFindingState, SetMute, ListNotificationConfigs. There is no GetFinding in v2: one finding is listed by its name. Checks need a finding of yours (`--finding NAME`), whose mark `firebreak_contract` they write and delete.',
  claims: [...filterClaims, ...writeClaims],
  own: [
    'The same source and finding id under another owner is another finding.',
    'Further fields that the proto lists (external_uri, resource.folders…, resource.parent…) are refused in filters.',
    'Field masks on ListFindings are refused.',
    'Notifications are not filtered by a NotificationConfig; all go to one topic.',
    'Publishing a document with a newer eventTime updates the finding and keeps its marks; an older one is sent and changes nothing.',
    'Notification configs are listed (owner) as the control API describes them.',
    'Read: intake, observe, respond. Write: observe, respond. Others: PERMISSION_DENIED, in place of IAM.',
  ],
};
