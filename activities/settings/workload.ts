import type { protos } from '@google-cloud/run';
import type { ContainerImage } from '../../model/cloud-run.ts';
import { digestOf } from '../../model/images.ts';

type Template = protos.google.cloud.run.v2.IRevisionTemplate;
type Container = protos.google.cloud.run.v2.IContainer;
type Volume = protos.google.cloud.run.v2.IVolume;

/** What new instances are made from: the parts that services, jobs and worker pools share. */
export type WorkloadTemplate = Pick<Template, 'containers' | 'volumes' | 'vpcAccess' | 'serviceAccount'> & {
  /** A worker pool's template has none. */
  readonly executionEnvironment?: Template['executionEnvironment'];
};

/** What runs, beside what new instances are made from: revisions that serve or that the finding means, executions that run. */
export type Running = Pick<WorkloadTemplate, 'containers' | 'volumes'>;

/** Names of the secrets that the containers of any of these can read, by variable or by file. */
export function secretsOf(...all: readonly Running[]): string[] {
  const fromVariables = variablesOf(all).map(({ valueSource }) => valueSource?.secretKeyRef?.secret ?? '');
  const fromVolumes = volumesOf(all).map(({ secret }) => secret?.secret ?? '');
  return [...new Set([...fromVariables, ...fromVolumes].filter((name) => name !== ''))];
}

/** Names of variables whose value stands in the settings of any of these. */
export function plainVariables(...all: readonly Running[]): string[] {
  const plain = variablesOf(all).filter(({ value }) => (value ?? '') !== '');
  return [...new Set(plain.map(({ name }) => name ?? ''))];
}

/** The volumes of all of these; one that several have is there once. */
export function volumesOf(all: readonly Running[]): Volume[] {
  const volumes = all.flatMap(({ volumes: own }) => own ?? []);
  return [...new Map(volumes.map((volume) => [JSON.stringify(volume), volume])).values()];
}

function variablesOf(all: readonly Running[]) {
  return all.flatMap(({ containers }) => (containers ?? []).flatMap(({ env }) => env ?? []));
}

/** The images of all containers, as they are named. */
export function imagesOf({ containers }: WorkloadTemplate): string[] {
  return (containers ?? []).map(({ image }) => image ?? '').filter((image) => image !== '');
}

/** Of the containers of an instance the one that takes requests: it alone names a port. Source: run/v2/k8s.min.proto, Container.ports. */
export function mainAndSidecars(containers: readonly Container[] | null | undefined): readonly Container[] {
  const all = containers ?? [];
  const main = all.find(({ ports }) => (ports ?? []).length > 0) ?? all[0];
  return main === undefined ? [] : [main, ...all.filter((one) => one !== main)];
}

/** What a container runs. Code that is deployed beside its image is in no digest of it. Source: run/v2/k8s.min.proto, Container.source_code. */
export function containerImage({ image, sourceCode }: Container): ContainerImage {
  const digest = sourceCode ? undefined : digestOf(image ?? '');
  return { image: image ?? '', ...(digest !== undefined && { imageDigest: digest }) };
}
