// Installs the packages where they are missing or belong to another lockfile; on its own, for CI.
import { install } from './workspace.mjs';

await install();
