export { eventually } from './eventually.js';
export { freePort, temporaryFolder } from './machine.js';
export { ManualClock } from './manual-clock.js';
export { peerProgram } from './peer-program.js';
export { RecordingLogger, silentLogger, type LoggedLine } from './recording-logger.js';
