import { expect, test } from 'vitest';
import { comparable, describeField, differences } from './fields.ts';

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
