import { describe, expect, test } from '@jest/globals';
import { type TokenAnswer, tokenOf } from './token-answer';

const answer = (body: string, more: Partial<TokenAnswer> = {}): TokenAnswer => ({
  status: 200,
  statusText: 'OK',
  contentType: 'application/json',
  body,
  ...more,
});

describe('tokenOf', () => {
  test.each<[string, TokenAnswer, string, number | undefined]>([
    ['JSON', answer('{"access_token":"t","token_type":"bearer","expires_in":60}'), 'Bearer t', 60],
    ['a lifetime as text', answer('{"access_token":"t","expires_in":"60"}'), 'Bearer t', 60],
    ['another type', answer('{"access_token":"t","token_type":"mac"}'), 'MAC t', undefined],
    ['no lifetime', answer('{"access_token":"t","expires_in":0}'), 'Bearer t', undefined],
    [
      'a form',
      answer('access_token=t&expires_in=60', { contentType: 'text/plain; charset=utf-8' }),
      'Bearer t',
      60,
    ],
  ])('%s', (_what, given, header, lifetimeS) => {
    const token = tokenOf(given);
    expect([`${token.type} ${token.text}`, token.lifetimeS]).toEqual([header, lifetimeS]);
  });

  test.each<[TokenAnswer, string]>([
    [answer('{}'), 'oauth2: server response missing access_token'],
    [answer('{'), 'oauth2: cannot parse json: unexpected end of JSON input'],
    [answer('x'), "oauth2: cannot parse json: invalid character 'x' looking for beginning of value"],
    [answer('{"error":"x"}'), 'oauth2: "x"'],
    [
      answer('{"error":"invalid_client","error_description":"no","error_uri":"http://x"}', { status: 401 }),
      'oauth2: "invalid_client" "no" "http://x"',
    ],
    [
      answer('nope', { status: 401, statusText: 'Unauthorized' }),
      'oauth2: cannot fetch token: 401 Unauthorized\nResponse: nope',
    ],
    [
      answer('{"access_token":"t","expires_in":"x"}'),
      'oauth2: cannot parse json: json: cannot unmarshal string "x" into Go value of type json.Number: invalid syntax',
    ],
  ])('%j', (given, message) => {
    expect(() => tokenOf(given)).toThrow(message);
  });
});
