import { by, type Claim, goes, holds } from '../claim.ts';
import { steadily } from './cloud-run-updates.ts';

/** Worker pools, where they are not as services. */
export const poolClaims: readonly Claim[] = [
  {
    id: 'pool.scaling',
    statement:
      'a worker pool has a manual count only, written by the mask `scaling`, and shares of instances (`instance_splits`) for traffic',
    source: 'worker_pool.proto; Temporal’s autoscaling provider and the Terraform provider write it so',
    strength: 'live write-up',
    check: by(['worker-pool'], async ({ canaries }) => {
      const pool = await canaries.workerPool();
      const { scaling, instanceSplits } = await pool.change({ scaling: { manualInstanceCount: 2 } }, ['scaling']);
      const splits = (instanceSplits ?? []).map(({ percent }) => percent).join();
      return holds(
        scaling?.manualInstanceCount === 2 && splits === '100',
        `the count is ${scaling?.manualInstanceCount}, the shares ${splits}`,
      );
    }),
  },
  {
    id: 'pool.zero',
    statement: 'a count of 0 is absent when it is read',
    source: 'a client that takes absent as 0; the field is optional in the proto, so over gRPC it may be there',
    strength: 'assumed',
    reality: { name: 'pool-zero', way: 'absent' },
    check: by(['worker-pool'], async ({ canaries }) => {
      const pool = await canaries.workerPool();
      const { scaling } = await pool.change({ scaling: { manualInstanceCount: 0 } }, ['scaling']);
      const count = scaling?.manualInstanceCount;
      return goes(count === 0 ? 'zero' : 'absent', `after writing 0 it is ${count ?? 'absent'}`);
    }),
  },
  {
    id: 'pool.latest-status',
    statement:
      'the entry of a split of the latest revision in `instanceSplitStatuses` names none, where that of a service does not',
    source: 'none: recorded of services only',
    strength: 'assumed',
    check: by(['worker-pool'], async ({ canaries }) => {
      const { instanceSplitStatuses } = await (await canaries.workerPool()).read();
      const revision = instanceSplitStatuses?.[0]?.revision ?? '';
      return holds(revision === '', `it names '${revision}'`);
    }),
  },
  {
    id: 'pool.no-count',
    statement: 'an update that writes scaling without a count is INVALID_ARGUMENT',
    source: 'none',
    strength: 'assumed',
    check: by(['worker-pool'], async ({ canaries, pause }) => {
      const pool = await canaries.workerPool();
      const { code, said } = await steadily(pause, () => pool.begin({ scaling: {} }, ['scaling']));
      return holds(code === 'INVALID_ARGUMENT', `answered ${said}`);
    }),
  },
  {
    id: 'pool.revision',
    statement: 'a revision of a worker pool names no service',
    source:
      'none; that its template has no execution environment, timeout, concurrency or scaling: worker_pool_revision_template.proto',
    strength: 'assumed',
    check: by(['worker-pool'], async ({ canaries, clients }) => {
      const pool = await canaries.workerPool();
      const [revisions] = await clients.revisions.listRevisions({ parent: pool.name });
      const named = revisions.map(({ service }) => service ?? '').filter((service) => service !== '');
      return holds(
        revisions.length > 0 && named.length === 0,
        `${revisions.length} revisions, ${named.length} name one`,
      );
    }),
  },
  {
    id: 'pool.ends',
    statement: 'an instance of a revision without a share gets SIGTERM at once: a pool waits for no requests',
    source: 'none',
    strength: 'assumed',
    check: { none: 'the sample image writes nothing when it is told to end' },
  },
];
