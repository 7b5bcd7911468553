import { array, assert, property, string, record as object } from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordPart } from '../../model/case-record.ts';
import { partsOf } from './keep-record.ts';

const document = { kind: 'finding', sha256: 'a'.repeat(64), bytes: 1, mediaType: 'application/json' } as const;
const observation = { eventTime: '2026-11-01T00:00:00Z', state: 'ACTIVE', mute: '', fingerprint: 'f', document };

test('a record in parts has everything once and in order, each part within the bound or of one thing alone', () => {
  const receipt = object({
    payload: string({ maxLength: 50_000, size: 'max' }),
    protected: string(),
    signature: string(),
  });
  assert(
    property(array(receipt, { maxLength: 12 }), array(receipt, { maxLength: 4 }), (receipts, plans) => {
      const whole = { observation, plans, receipts } as unknown as RecordPart;
      const parts = partsOf(whole);
      expect(parts.flatMap((part) => part.plans)).toEqual(whole.plans);
      expect(parts.flatMap((part) => part.receipts)).toEqual(receipts);
      for (const part of parts) {
        const things = [...part.plans, ...part.receipts];
        const bytes = things.reduce((sum, thing) => sum + Buffer.byteLength(JSON.stringify(thing)), 0);
        expect(things.length === 1 || bytes <= 40 * 1024).toBe(true);
      }
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
