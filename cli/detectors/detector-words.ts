import { everyKind, type Detector } from '../../model/detectors/detector.ts';
import { resourceKinds } from '../../model/resource-kinds.ts';

/** The kinds of resource that a detector can name, `any` where it is all of them. */
export function resourceWords({ resources }: Detector): string {
  if (everyKind.every((kind) => resources.includes(kind))) return 'any';
  return resources.map((kind) => resourceKinds[kind].words).join(', ');
}

/** What a plane is. */
export const planeWords: Readonly<Record<Detector['plane'], string>> = {
  runtime: 'Runtime: Cloud Run Threat Detection watches the container',
  'control-plane': 'Control plane: Event Threat Detection reads the audit logs',
};
