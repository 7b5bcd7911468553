import { isJsonObject, type Json } from '../../model/json.ts';

/** The same settings without the values of environment variables; names, and references to secrets, stay. */
export function withoutEnvironmentValues(settings: Json): Json {
  if (Array.isArray(settings)) return settings.map(withoutEnvironmentValues);
  if (!isJsonObject(settings)) return settings;
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key,
      key === 'env' && Array.isArray(value)
        ? value.map(withoutValue)
        : value === undefined
          ? null
          : withoutEnvironmentValues(value),
    ]),
  );
}

function withoutValue(variable: Json): Json {
  if (!isJsonObject(variable)) return '[removed]';
  const { name, valueSource } = variable;
  return {
    name: name ?? '',
    ...(valueSource === undefined || valueSource === null ? { value: '[removed]' } : { valueSource }),
  };
}
