import { expect, test } from 'vitest';
import { protoRoot, protosOf } from '../kernel/definitions.ts';
import { demonstrationFindings, demonstrationReputation, demonstrationServices } from './demonstration.ts';

const now = Date.UTC(2026, 10, 21, 12);
const { published, alsoInScc } = demonstrationFindings(now);
const all = [...published, ...alsoInScc];

interface Shape {
  readonly name: string;
  readonly resourceName: string;
  readonly containers: readonly { readonly imageId: string; readonly uri: string }[];
}
const shapeOf = ({ finding }: { readonly finding: Readonly<Record<string, unknown>> }): Shape =>
  finding as unknown as Shape;

test('every field of the findings is one of the v2 API', () => {
  const root = protoRoot(protosOf('@google-cloud/security-center'));
  for (const [type, messages] of [
    ['Finding', all.map(({ finding }) => finding)],
    ['Resource', all.map(({ resource }) => resource)],
  ] as const) {
    const { fields } = root.lookupType(`google.cloud.securitycenter.v2.${type}`);
    for (const message of messages) expect(Object.keys(fields)).toEqual(expect.arrayContaining(Object.keys(message)));
  }
});

test('each finding is about a described service whose bad revision runs the reported image, and its good one another', () => {
  const services = demonstrationServices(now);
  for (const finding of all.map(shapeOf)) {
    const service = services.find(({ name }) => finding.resourceName.endsWith(`/services/${name}`));
    const bad = service?.revisions.find(({ compromised }) => compromised !== undefined);
    const good = service?.revisions.find(({ compromised }) => compromised === undefined);
    const [container] = finding.containers;
    expect(bad?.image).toBe(container?.uri);
    expect(bad?.image).toContain(container?.imageId);
    expect(good?.image).not.toContain(container?.imageId);
    expect(Date.parse(bad?.createTime ?? '')).toBeLessThan(now);
  }
});

test('the findings are three of their own', () => {
  expect(new Set(all.map((one) => shapeOf(one).name)).size).toBe(3);
});

test('reputation answers are malicious, suspicious and harmless; one file of the findings is unknown', () => {
  const known = demonstrationReputation().map(({ id }) => id);
  const text = JSON.stringify(all);
  const hashes = [...text.matchAll(/"sha256":"([0-9a-f]{64})","partiallyHashed":false/g)].map((match) => match[1]);
  const wholeHashes = new Set(hashes);
  expect([...wholeHashes].filter((hash) => !known.includes(hash!))).toHaveLength(1);
  const verdicts = demonstrationReputation().map(({ attributes }) => {
    const { malicious, suspicious } = attributes['last_analysis_stats'] as { malicious: number; suspicious: number };
    return malicious > 0 ? 'malicious' : suspicious > 0 ? 'suspicious' : 'harmless';
  });
  expect(new Set(verdicts)).toEqual(new Set(['malicious', 'suspicious', 'harmless']));
});
