import type { ContainerImage, RevisionSummary } from './cloud-run.ts';
import type { Finding } from './finding.ts';

/** The images by which a finding names what ran. */
export interface NamedImages {
  readonly digests: ReadonlySet<string>;
  /** As the finding writes them, with a tag, a digest or neither. */
  readonly names: ReadonlySet<string>;
}

/** `sha256:…` at the end of an image's name or id; undefined where there is none. */
export function digestOf(image: string): string | undefined {
  return /(?:^|@|:\/\/)(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}

/** The images that a finding names, of all its containers. */
export function imagesNamed({
  containers,
  containerImageUri,
}: Pick<Finding, 'containers' | 'containerImageUri'>): NamedImages {
  const names = [containerImageUri, ...containers.map(({ uri }) => uri)].filter((name) => name !== '');
  const digests = [...containers.map(({ imageId }) => imageId), ...names].flatMap((text) => digestOf(text) ?? []);
  return { digests: new Set(digests), names: new Set(names) };
}

/** The images of all containers of a revision; the first is that of the one that takes requests. */
export function containersOf({ image, imageDigest, sidecars = [] }: RevisionSummary): readonly ContainerImage[] {
  return [{ image, ...(imageDigest !== undefined && { imageDigest }) }, ...sidecars];
}

/** True where one of the containers runs an image of one of these digests. */
export function runsDigest(containers: readonly ContainerImage[], digests: ReadonlySet<string>): boolean {
  return containers.some(({ imageDigest }) => imageDigest !== undefined && digests.has(imageDigest));
}

/** True where one of the containers runs an image of one of these names. */
export function runsImage(containers: readonly ContainerImage[], names: ReadonlySet<string>): boolean {
  return containers.some(({ image }) => image !== '' && names.has(image));
}

/**
 * True where what the finding names runs beside the container that takes requests, and not in it. No request reaches such a one: what runs there
 * came with its image, so that a revision with the same image is as bad.
 */
export function cameWithSidecar(bad: RevisionSummary, { digests, names }: NamedImages): boolean {
  const [main, ...sidecars] = containersOf(bad);
  const named = (list: readonly ContainerImage[]) => runsDigest(list, digests) || runsImage(list, names);
  return named(sidecars) && !(main !== undefined && named([main]));
}

/** How the images of a revision stand to those that are bad. */
export type Beside = 'another' | 'the same' | 'not known';

/** Digests tell images apart; names with a tag do not, since one image can have many and a tag can move. */
export function imagesBeside(revision: RevisionSummary, bad: RevisionSummary, named: readonly string[]): Beside {
  const badDigests = digestsThatAreBad(bad, named);
  const containers = containersOf(revision);
  if (runsDigest(containers, badDigests)) return 'the same';
  const known = badDigests.size > 0 && containers.every(({ imageDigest }) => imageDigest !== undefined);
  return known ? 'another' : 'not known';
}

/** The digests that the finding names; where the compromised revision runs none of them, any of its own may be the bad one too. */
function digestsThatAreBad(bad: RevisionSummary, named: readonly string[]): ReadonlySet<string> {
  const containers = containersOf(bad);
  const digests = new Set(named);
  if (runsDigest(containers, digests)) return digests;
  const own = containers.flatMap(({ imageDigest }) => imageDigest ?? []);
  // Which of them is bad is not known while one is not known and the finding names none.
  return named.length === 0 && own.length < containers.length ? new Set() : new Set([...named, ...own]);
}
