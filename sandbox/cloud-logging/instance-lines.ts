import type { InstanceRecord } from '../cloud-run/instance-record.ts';
import { beacons, digest, type Lines } from './generated-entries.ts';
import { mayFit } from './scope.ts';
import type { Scope } from './scope.ts';

/** The lines that a Cloud Run instance wrote in that scope. */
export function* instanceLines(record: InstanceRecord, scope: Scope): Generator<Lines> {
  const { project, location, name, uid } = record;
  const resource = { type: 'cloud_run_instance', labels: { project_id: project, location, instance_name: name } };
  if (!mayFit(scope, resource)) return;
  for (const life of record.lives) {
    const instanceId = digest(`${uid} ${life.from}`);
    yield beacons(record, life, scope, (at, stream, content) => ({
      logName: `projects/${project}/logs/run.googleapis.com%2F${stream}`,
      resource,
      timestamp: at,
      severity: 'DEFAULT',
      insertId: `${instanceId.slice(0, 10)}i${at.toString(36)}`,
      labels: { instanceId },
      ...content,
    }));
  }
}
