import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { redact } from '../../model/redact.ts';
import { maskArguments, maskText } from '../../model/secrets.ts';

/**
 * The same settings without the values of environment variables, and with secrets in arguments, labels, annotations and all other texts
 * masked; names, and references to secrets, stay. The names of fields are Google's, so that only maps of people's go by their keys.
 */
export function withoutEnvironmentValues(settings: Json): Json {
  if (typeof settings === 'string') return maskText(settings);
  if (Array.isArray(settings)) return listOf(settings);
  if (!isJsonObject(settings)) return settings;
  return Object.fromEntries(Object.entries(settings).map(([key, value = null]) => [key, member(key, value, settings)]));
}

function member(key: string, value: Json, { command }: JsonObject): Json {
  if (key === 'env' && Array.isArray(value)) return value.map(withoutValue);
  if (/^(?:annotations|labels)$/i.test(key)) return redact(value);
  if (key === 'args' && Array.isArray(value) && Array.isArray(command)) return listOf(value, command.join(' '));
  return withoutEnvironmentValues(value);
}

/** `program` is the command that has these arguments. */
function listOf(list: readonly Json[], program?: string): Json {
  const texts = list.filter((element) => typeof element === 'string');
  return texts.length === list.length ? maskArguments(texts, program) : list.map(withoutEnvironmentValues);
}

function withoutValue(variable: Json): Json {
  if (!isJsonObject(variable)) return '[removed]';
  const { name, valueSource } = variable;
  return {
    name: name ?? '',
    ...(valueSource === undefined || valueSource === null ? { value: '[removed]' } : { valueSource }),
  };
}
