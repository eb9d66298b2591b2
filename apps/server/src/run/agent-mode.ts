import { createAgentEndpoints } from '../api/agent-endpoints.js';
import { Agent, noQueries, noVector } from './agent.js';
import { type LoadedConfig } from './load-everything.js';
import {
  commonSources,
  consoleSources,
  type Mode,
  type ModeContext,
  userAgent,
  type WebParts,
} from './mode.js';

export interface AgentModeContext extends ModeContext {
  /** The file that the worker runs which makes checkpoints. */
  readonly agentFile: string;
}

/** What an agent does: it scrapes and sends on; there are no queries, rules or alerts. */
export class AgentMode implements Mode {
  readonly #context: ModeContext;
  readonly #agent: Agent;

  private constructor(context: ModeContext, agent: Agent) {
    this.#context = context;
    this.#agent = agent;
  }

  /**
   * Opens the log.
   * @throws StartError
   */
  static async open(context: AgentModeContext): Promise<AgentMode> {
    return new AgentMode(context, await Agent.open({ ...context, userAgent: userAgent() }));
  }

  apply(loaded: LoadedConfig): Promise<void> {
    return this.#agent.apply(loaded);
  }

  async web(): Promise<WebParts> {
    const context = this.#context;
    const { flags, clock, registry, facts, config } = context;
    const endpoints = createAgentEndpoints({
      ...(await commonSources(context, this.#agent.storage)),
      scrape: this.#agent.scrape,
      status: facts.status({
        configYaml: () => config().yaml,
        gogc: () => config().config.runtime.gogc,
        activity: () => 1,
        storageRetention: () => '',
      }),
    });
    return {
      endpoints,
      federation: {
        clock,
        registry,
        queries: noQueries,
        externalLabels: () => config().externalLabels,
        lookbackDeltaMs: flags['query.lookback-delta'],
      },
      consoles: { ...consoleSources(context), query: noVector },
    };
  }

  ready(): void {
    // Nothing waits for it.
  }

  stop(): Promise<void> {
    return this.#agent.stop();
  }
}
