import { cut } from '../../model/display.ts';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import { flagOf, type Manager } from '../../model/settings-flag.ts';

interface ManagerWords {
  readonly name: string;
  /** When it writes its own state over a change: completes "overwrites this …". */
  readonly when: string;
  /** What keeps it from that. */
  readonly pause: string;
}

/** Who writes over a change, when, and what to pause. Sources: the documentation of each. */
const words: Readonly<Record<Manager['by'], ManagerWords>> = {
  'cloud-functions': {
    name: 'Cloud Functions',
    when: 'with the next deployment of the function',
    pause: 'let nobody deploy the function, or detach it from the Cloud Functions API',
  },
  'firebase-cli': {
    name: 'the Firebase CLI',
    when: 'with the next firebase deploy',
    pause: 'stop the pipeline that runs firebase deploy',
  },
  'google-product': {
    name: 'another Google product',
    when: 'when that product next writes it',
    pause: 'stop the deployment in that product',
  },
  terraform: {
    name: 'Terraform',
    when: 'with the next apply',
    pause: 'stop the pipeline that applies it, and lock its state',
  },
  pulumi: {
    name: 'Pulumi',
    when: 'with the next up',
    pause: 'stop the pipeline that runs it',
  },
  'config-connector': {
    name: 'Config Connector',
    when: 'by itself within minutes, at its next reconciliation',
    pause:
      'set cnrm.cloud.google.com/reconcile-interval-in-seconds to 0 on its object, or change that object, before this is done',
  },
  'cloud-deploy': {
    name: 'Cloud Deploy',
    when: 'with the next rollout',
    pause: 'suspend its delivery pipeline',
  },
  'cloud-build': {
    name: 'Cloud Build',
    when: 'with the next build of its trigger',
    pause: 'disable the trigger',
  },
  'github-actions': {
    name: 'GitHub Actions',
    when: 'with the next run of its workflow',
    pause: 'disable the workflow',
  },
};

const longestMark = 200;

/** Who manages the resource besides people, by its marks. */
export function managersIn({ flags }: Pick<ResourceSettings, 'flags'>): readonly Manager[] {
  const flag = flagOf(flags, ['managed-by']);
  return flag?.id === 'managed-by' ? flag.managers : [];
}

/** A manager and the mark that tells of it: `Terraform (goog-terraform-provisioned=true)`. */
export function managerName({ by, mark }: Manager): string {
  return `${words[by].name} (${cut(mark, longestMark)})`;
}

/** What a plan does not stop: that a tool writes its own state over the change. */
export function overwrittenBy(settings: Pick<ResourceSettings, 'flags'>): string[] {
  return managersIn(settings).map(
    (manager) => `${managerName(manager)}, which overwrites this ${words[manager.by].when}: ${words[manager.by].pause}`,
  );
}

/** What people have to pause. */
export function pauseManagers(settings: Pick<ResourceSettings, 'flags'>): string[] {
  return managersIn(settings).map(
    (manager) =>
      `Pause ${managerName(manager)}, else it overwrites what is changed here ${words[manager.by].when}: ${words[manager.by].pause}`,
  );
}
