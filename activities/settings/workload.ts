import type { protos } from '@google-cloud/run';

type Template = protos.google.cloud.run.v2.IRevisionTemplate;

/** What new instances are made from: the parts that services, jobs and worker pools share. */
export type WorkloadTemplate = Pick<Template, 'containers' | 'volumes' | 'vpcAccess' | 'serviceAccount'> & {
  /** A worker pool's template has none. */
  readonly executionEnvironment?: Template['executionEnvironment'];
};

/** Names of the secrets that the container can read, by variable or by file. */
export function secretsOf({ containers, volumes }: WorkloadTemplate): string[] {
  const fromVariables = (containers ?? []).flatMap(({ env }) =>
    (env ?? []).map(({ valueSource }) => valueSource?.secretKeyRef?.secret ?? ''),
  );
  const fromVolumes = (volumes ?? []).map(({ secret }) => secret?.secret ?? '');
  return [...new Set([...fromVariables, ...fromVolumes].filter((name) => name !== ''))];
}

/** Names of variables whose value stands in the settings. */
export function plainVariables({ containers }: WorkloadTemplate): string[] {
  return (containers ?? []).flatMap(({ env }) =>
    (env ?? []).filter(({ value }) => (value ?? '') !== '').map(({ name }) => name ?? ''),
  );
}

/** The images of all containers, as they are named. */
export function imagesOf({ containers }: WorkloadTemplate): string[] {
  return (containers ?? []).map(({ image }) => image ?? '').filter((image) => image !== '');
}

/** `sha256:…` at the end of an image's name or id; undefined where there is none. */
export function digestOf(image: string): string | undefined {
  return /(?:^|@|:\/\/)(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}
