/** How the API names what went wrong, and the HTTP status that goes with it. */
export const API_ERROR_STATUS = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
} as const;
export type ApiErrorType = keyof typeof API_ERROR_STATUS;

/** An answer with `status: error`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorType;

  constructor(code: ApiErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A request parameter that cannot be used. */
export function invalidParameter(name: string, reason: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "${name}": ${reason}`);
}
