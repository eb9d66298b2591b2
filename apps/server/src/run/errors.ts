import { type LogFields } from '@narthex/process';

/** The server cannot start. The message and fields are for the log, the exit code for the shell, as upstream's. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: 'CONFIG' | 'FLAGS' | 'LISTEN' | 'STORAGE';
  readonly fields: LogFields;

  constructor(code: StartError['code'], message: string, fields: LogFields, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fields = fields;
  }

  get exitCode(): 1 | 2 {
    return this.code === 'CONFIG' || this.code === 'FLAGS' ? 2 : 1;
  }
}

/** A configuration was not taken over; the message is what `/-/reload` answers behind its own words. */
export class ReloadError extends Error {
  override readonly name = 'ReloadError';
  readonly code: 'LOAD' | 'APPLY';

  constructor(code: ReloadError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
