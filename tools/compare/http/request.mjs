const API = '/api/v1';
export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
/** What of rules and targets depends on the moment. */
export const VOLATILE_RULES = /\/(evaluationTime|lastEvaluation|activeAt|keepFiringSince)$/;
export const VOLATILE_TARGETS = /\/(lastScrape|lastScrapeDuration)$/;

export const encoded = (parameters) =>
  parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

const list = (parameters) =>
  Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));

/** GET with parameters as an object; a list is a parameter several times. */
export function get(path, parameters = {}, rules = {}) {
  const text = encoded(list(parameters));
  return { path: API + path + (text === '' ? '' : `?${text}`), ...rules };
}

export function post(path, parameters = {}, rules = {}) {
  const body = encoded(list(parameters));
  return {
    method: 'POST',
    path: API + path,
    headers: { ...FORM, 'Content-Length': Buffer.byteLength(body) },
    body,
    ...rules,
  };
}
