/** Names of resources and of images, by which findings, resources and reputations are found: never masked where they are nothing else. */
const kept: readonly { readonly key: RegExp; readonly value: RegExp }[] = [
  {
    key: /^(?:.*_)?(?:canonical_?)?(?:full_?|resource_?|display_?)?(?:name|parent|project|id)$/i,
    value:
      /^(?:\/\/[a-z0-9.-]+\/)?(?:(?:organizations|folders|projects|sources|locations|findings|services|jobs|worker[pP]ools|instances|revisions|executions|serviceAccounts|keys|notificationConfigs)\/[\w.@:-]{1,256}\/?){1,12}$/,
  },
  {
    key: /(?:^|_)(?:image|image_?uri|uri|image_?id)$/i,
    value: /^[a-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[a-z0-9._-]{1,128}){1,10}(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/,
  },
];

/** Whether a text under this key is such a name. */
export function isKeptValue(key: string, text: string): boolean {
  return text.length <= 2_048 && kept.some((rule) => rule.key.test(key) && rule.value.test(text));
}
