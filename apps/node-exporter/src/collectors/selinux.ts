import { defineCollector } from '../collector.js';
import { readAttribute, readNumberIfThere } from '../host/files.js';

/** Whether SELinux is on and enforces. */
export const selinux = defineCollector({
  name: 'selinux',
  enabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect(families) {
      const isEnabled = /\sselinuxfs$/m.test(readAttribute(paths.proc('filesystems')) ?? '');
      const enforce = readNumberIfThere(paths.sys('fs', 'selinux', 'enforce'));
      const help = 'SELinux is enabled, 1 is true, 0 is false';
      families.gauge('node_selinux_enabled', help, isEnabled && enforce !== undefined ? 1 : 0);
      if (!isEnabled || enforce === undefined) return undefined;
      const config = readAttribute(paths.root('etc', 'selinux', 'config')) ?? '';
      const mode = /^SELINUX=(\w+)/m.exec(config)?.[1];
      const configured = mode === 'enforcing' ? 1 : mode === 'permissive' ? 0 : -1;
      families.gauge('node_selinux_config_mode', 'Configured SELinux enforcement mode', configured);
      families.gauge('node_selinux_current_mode', 'Current SELinux enforcement mode', enforce);
      return undefined;
    },
  }),
});
