export { AgentStorage, type AgentStorageOptions, type Received } from './agent-storage.js';
export { runCheckpointWorker } from './checkpoint-worker.js';
