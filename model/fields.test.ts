import { expect, test } from 'vitest';
import { asWritten, comparable, describeField, differences, isSurely } from './fields.ts';

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'a field named %s is one without words of its own',
  (name) => {
    expect(comparable(name, 1)).toBe(1);
    expect(comparable(name, '')).toBeNull();
    expect(describeField(name, 1)).toBe('1');
    expect(describeField(name, null)).toBe('not set');
  },
);

test('a field that is wanted is missing where only the prototype has one of its name', () => {
  const wanted = JSON.parse('{"constructor": 1}') as Readonly<Record<string, number>>;
  expect(differences(wanted, {})).toEqual(['constructor is not set instead of 1']);
});

test('a count that is not told fits a 0, for whoever has written it and for nobody else', () => {
  const [zero, untold] = [{ scaling: { mode: 'manual', manual: 0 } }, { scaling: { mode: 'manual' } }] as const;
  expect(differences(zero, untold)).toEqual([]);
  expect(isSurely(zero, untold)).toBe(false);
  expect(isSurely(zero, zero)).toBe(true);
  expect(isSurely(zero, { scaling: { mode: 'manual', manual: 1 } })).toBe(false);
  expect(describeField('scaling', untold.scaling)).toBe('manual, how many is not told');
  expect(asWritten(zero, untold)).toEqual(zero);
  expect(asWritten({ splits: [] }, untold)).toEqual(untold);
});
