import { expect, test } from 'vitest';
import { leavesCloudRun } from './exclusion-filter.ts';

test.each([
  'resource.type="k8s_node"',
  'resource.type = gce_instance AND severity="DEBUG"',
  'severity=DEBUG\nresource.type="k8s_container"',
])('%j drops nothing of Cloud Run', (filter) => {
  expect(leavesCloudRun(filter)).toBe(true);
});

test.each([
  '',
  'severity<WARNING',
  'resource.type="cloud_run_revision"',
  'resource.type="Cloud_Run_Job" AND severity="INFO"',
  'resource.type="k8s_node" OR severity="INFO"',
  'NOT resource.type="k8s_node"',
  '-resource.type="k8s_node"',
  'resource.type!="k8s_node"',
  'resource.type:"k8s_node"',
  'resource.type="k8s_node" AND (severity="INFO" OR severity="DEBUG")',
  'textPayload="a AND resource.type=k8s_node AND b"',
  'labels.type="k8s_node"',
  'sample(insertId, 0.99)',
])('%j may drop lines of Cloud Run', (filter) => {
  expect(leavesCloudRun(filter)).toBe(false);
});
