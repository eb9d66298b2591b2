import { parentPort } from 'node:worker_threads';
import { runMaintenanceWorker } from '../maintenance/maintenance-worker.js';

if (parentPort !== null) runMaintenanceWorker(parentPort);
