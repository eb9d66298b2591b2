/** What the agent counts; upstream's metrics `prometheus_agent_…` are these. */
export interface AgentCounters {
  floatsAppended: number;
  histogramsAppended: number;
  exemplarsAppended: number;
  outOfOrder: number;
  corruptions: number;
  checkpoints: number;
  checkpointsFailed: number;
  checkpointDeletions: number;
  checkpointDeletionsFailed: number;
}

export function zeroCounters(): AgentCounters {
  return {
    floatsAppended: 0,
    histogramsAppended: 0,
    exemplarsAppended: 0,
    outOfOrder: 0,
    corruptions: 0,
    checkpoints: 0,
    checkpointsFailed: 0,
    checkpointDeletions: 0,
    checkpointDeletionsFailed: 0,
  };
}
