export { AgentStorage, type AgentStorageOptions, type Received } from './agent-storage.js';
