import { Gauge, type Registry } from '@narthex/client';

/** How the last attempt to load the configuration went, as metrics and the status page tell it. */
export class ReloadState {
  readonly #successful: Gauge;
  readonly #successTime: Gauge;
  #lastSuccessful = false;
  #lastSuccessMs: number | undefined;
  #failedSinceMs: number | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#successful = new Gauge({
      name: 'prometheus_config_last_reload_successful',
      help: 'Whether the last configuration reload attempt was successful.',
      registers,
    });
    this.#successTime = new Gauge({
      name: 'prometheus_config_last_reload_success_timestamp_seconds',
      help: 'Timestamp of the last successful configuration reload.',
      registers,
    });
  }

  get successful(): boolean {
    return this.#lastSuccessful;
  }

  get lastSuccessMs(): number | undefined {
    return this.#lastSuccessMs;
  }

  /** When the first of the attempts that failed in a row was; undefined when the last one succeeded. */
  get failedSinceMs(): number | undefined {
    return this.#failedSinceMs;
  }

  succeeded(nowMs: number): void {
    this.#failedSinceMs = undefined;
    this.#lastSuccessful = true;
    this.#lastSuccessMs = nowMs;
    this.#successful.set(1);
    this.#successTime.set(nowMs / 1000);
  }

  failed(nowMs: number): void {
    this.#failedSinceMs ??= nowMs;
    this.#lastSuccessful = false;
    this.#successful.set(0);
  }
}
