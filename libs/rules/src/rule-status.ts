export type RuleHealth = 'unknown' | 'ok' | 'err';

/** How the last evaluation of a rule went, as `/api/v1/rules` shows it. */
export class RuleStatus {
  health: RuleHealth = 'unknown';
  lastError: string | undefined;
  evaluationTimeSeconds = 0;
  /** Undefined before the first evaluation. */
  lastEvaluationMs: number | undefined;
  warnings: readonly string[] = [];
  infos: readonly string[] = [];

  succeeded(): void {
    this.health = 'ok';
    this.lastError = undefined;
  }

  failed(error: Error): void {
    this.health = 'err';
    this.lastError = error.message;
  }
}
