import { isJsonObject, type Json } from '../model/json.ts';

type Fields = { readonly [key: string]: Json | undefined };

/** What a log entry says, in one line, the words that people look for first; empty where it says nothing. */
export function lineText({ textPayload, jsonPayload, protoPayload, httpRequest }: Fields): string {
  if (typeof textPayload === 'string' && textPayload !== '') return textPayload;
  if (isJsonObject(jsonPayload)) return structured(jsonPayload);
  if (isJsonObject(protoPayload)) return call(protoPayload);
  return isJsonObject(httpRequest) ? request(httpRequest) : '';
}

/** Cloud Logging shows a structured line by its `message`; loggers that know nothing of that write `msg`. Source: Cloud Run, logging. */
function structured(payload: Fields): string {
  const name = ['message', 'msg'].find((one) => typeof payload[one] === 'string' && payload[one] !== '');
  if (name === undefined) return JSON.stringify(payload);
  const { [name]: _said, ...rest } = payload;
  const said = textOf(payload[name]);
  return Object.keys(rest).length === 0 ? said : `${said} ${JSON.stringify(rest)}`;
}

/** An entry of Cloud Audit Logs, as far as it is kept. */
function call(payload: Fields): string {
  const { principal, method, resource, status } = payload;
  if (typeof method !== 'string') return JSON.stringify(payload);
  const who = typeof principal === 'string' && principal !== '' ? principal : 'Google';
  const refused = typeof status === 'number' && status !== 0 ? `, refused with code ${status}` : '';
  return `${who} called ${method} on ${textOf(resource)}${refused}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function request({ requestMethod, requestUrl, status }: Fields): string {
  const parts = [requestMethod, requestUrl, status];
  return parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
}
