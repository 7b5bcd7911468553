import {
  closed,
  count,
  either,
  instantOrNone,
  list,
  outsideText,
  reasonText,
  shared,
  word,
  yesNo,
  z,
} from './schema.ts';

/** Some names, and how many more there are. */
const namesShape = { names: list(outsideText, 40), more: count };

/** Where mounted data lives. */
const mountSchema = closed({
  /** The volume's name. */
  volume: outsideText,
  from: word('bucket', 'nfs', 'cloud-sql'),
  /** The bucket, the server, the instances. */
  source: outsideText,
  readOnly: yesNo,
});
export type MountedData = z.infer<typeof mountSchema>;

const deploymentSchema = closed({ name: outsideText, time: instantOrNone, by: outsideText });

/** Who deploys the resource besides people, and the label, annotation or client (`name=value`) that tells of it. */
const managerSchema = closed({
  by: word(
    'cloud-functions',
    'firebase-cli',
    'google-product',
    'terraform',
    'pulumi',
    'config-connector',
    'cloud-deploy',
    'cloud-build',
    'github-actions',
  ),
  mark: outsideText,
});
export type Manager = z.infer<typeof managerSchema>;

/** A setting that nothing is to be added to. */
const plainSchema = closed({
  id: word(
    'open-to-the-internet',
    'anyone-may-run',
    'default-account',
    'egress-without-network',
    'egress-past-network',
    'no-binary-authorization',
    'binary-authorization-broken',
    'first-generation',
    'threat-detection-not-on',
    'scheduled',
    'starters-not-listed',
  ),
});

/** Something about the settings that people should know, by its id, with the values that say so. Its sentences are made where it is shown. */
const typedFlagSchema = either('id', [
  plainSchema,
  closed({ id: word('plain-variables', 'movable-image', 'image-not-set', 'image-not-comparable'), ...namesShape }),
  closed({ id: word('data-mounted'), mounts: list(mountSchema, 40), more: count }),
  closed({ id: word('changed-by-own-account'), created: yesNo, changedLast: yesNo, ...namesShape }),
  closed({ id: word('deployed-before-first-sign'), deployments: list(deploymentSchema, 40), more: count }),
  closed({ id: word('managed-by'), managers: list(managerSchema, 20) }),
  closed({ id: word('too-many-invokers', 'executions-not-read'), count }),
  closed({ id: word('starters-unknown', 'schedules-not-read'), reason: reasonText }),
]);
export type TypedFlag = z.infer<typeof typedFlagSchema>;
export type SettingsFlagId = TypedFlag['id'];

/** As settings had it that were read before flags had ids: running cases hold such. */
const writtenFlagSchema = closed({ flag: outsideText, detail: outsideText });

export const settingsFlagSchema = shared(z.union([typedFlagSchema, writtenFlagSchema]));
export type SettingsFlag = z.infer<typeof settingsFlagSchema>;

/** The first flag of one of these ids, if any. */
export function flagOf(flags: readonly SettingsFlag[], ids: readonly SettingsFlagId[]): TypedFlag | undefined {
  return flags.filter((flag): flag is TypedFlag => 'id' in flag).find(({ id }) => ids.includes(id));
}
