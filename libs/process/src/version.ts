/** What upstream's version endpoints and `--version` tell, for this build. */
export interface VersionInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  /** Upstream says here which Go built it; clients only show it. */
  readonly goVersion: string;
}

/** The upstream release whose behaviour the program has, put in by the bundler. */
export const VERSION: string = process.env.NARTHEX_VERSION ?? '0.0.0-dev';

export function versionInfo(): VersionInfo {
  return {
    version: VERSION,
    revision: process.env.NARTHEX_REVISION ?? 'unknown',
    branch: process.env.NARTHEX_BRANCH ?? 'unknown',
    buildUser: '',
    buildDate: process.env.NARTHEX_BUILD_DATE ?? '',
    goVersion: `node ${process.version}`,
  };
}

/** The text of `--version`, in the lines of Go's common/version package. */
export function versionText(program: string): string {
  const { version, branch, revision, buildUser, buildDate, goVersion } = versionInfo();
  return [
    `${program}, version ${version} (branch: ${branch}, revision: ${revision})`,
    `  build user:       ${buildUser}`,
    `  build date:       ${buildDate}`,
    `  go version:       ${goVersion}`,
    `  platform:         ${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
    `  tags:             unknown`,
    '',
  ].join('\n');
}
