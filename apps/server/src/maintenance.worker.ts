import { parentPort } from 'node:worker_threads';
import { runMaintenanceWorker } from '@narthex/tsdb';

if (parentPort !== null) runMaintenanceWorker(parentPort);
