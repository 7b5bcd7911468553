import { cut } from '../../model/display.ts';
import type { Manager } from '../../model/settings-flag.ts';

/** What may say who manages a resource. Source: run/v2/service.proto, labels, annotations, client. */
export interface Marked {
  readonly labels?: Marks;
  readonly annotations?: Marks;
  /** The API client that wrote it last. */
  readonly client?: string | null;
  readonly template?: { readonly labels?: Marks; readonly annotations?: Marks } | null;
}
type Marks = { readonly [name: string]: string } | null;

interface Rule {
  readonly by: Manager['by'];
  readonly name: RegExp;
  readonly value: RegExp;
}

/**
 * The marks that tools put on what they deploy. Sources: the Firebase CLI and Google's billing guide for functions (`goog-managed-by`), the
 * Terraform provider's and Pulumi's attribution labels, Config Connector's label, Cloud Deploy's page on labels, the labels that Cloud Run's
 * continuous deployment and the GitHub action deploy-cloudrun write.
 */
const rules: readonly Rule[] = [
  { by: 'cloud-functions', name: /^goog-managed-by$/, value: /^cloudfunctions$/ },
  { by: 'cloud-functions', name: /^(?:goog-cloudfunctions-runtime|cloudfunctions\.googleapis\.com\/.+)$/, value: /./ },
  { by: 'google-product', name: /^goog-managed-by$/, value: /^(?!cloudfunctions$)./ },
  { by: 'terraform', name: /^goog-terraform-provisioned$/, value: /^true$/ },
  { by: 'pulumi', name: /^goog-pulumi-provisioned$/, value: /^true$/ },
  { by: 'config-connector', name: /^managed-by-cnrm$/, value: /^true$/ },
  { by: 'config-connector', name: /^cnrm\.cloud\.google\.com\/.+$/, value: /./ },
  { by: 'cloud-deploy', name: /^deploy\.cloud\.google\.com\/.+$/, value: /./ },
  { by: 'cloud-deploy', name: /^(?:app\.kubernetes\.io\/)?managed-by$/, value: /^google-cloud-deploy$/ },
  { by: 'cloud-build', name: /^managed-by$/, value: /^gcp-cloud-build-deploy-cloud-run$/ },
  { by: 'cloud-build', name: /^gcb-trigger-id$/, value: /./ },
  { by: 'github-actions', name: /^managed-by$/, value: /^github-actions$/ },
];

const clients: ReadonlyMap<string, Manager['by']> = new Map([
  ['terraform', 'terraform'],
  ['cloudfunctions', 'cloud-functions'],
  ['cli-firebase', 'firebase-cli'],
]);

/** Characters. All annotations of a resource may take 256 KiB, more than there is room for in what is known of it. */
const longestMark = 500;

/** Who manages a resource besides people, as far as its marks tell: each once, with the mark that says so. Anybody who deploys can write them. */
export function managersOf({ labels, annotations, client, template }: Marked): Manager[] {
  const marks = [labels, annotations, template?.labels, template?.annotations].flatMap((map) =>
    Object.entries(map ?? {}),
  );
  const byMark = rules.flatMap(({ by, name, value }): Manager[] => {
    const found = marks.find(([key, text]) => name.test(key) && value.test(text));
    return found === undefined ? [] : [{ by, mark: cut(`${found[0]}=${found[1]}`, longestMark) }];
  });
  const byClient = clients.get(client ?? '');
  const all = [...byMark, ...(byClient === undefined ? [] : [{ by: byClient, mark: `client=${client ?? ''}` }])];
  return all.filter(({ by }, index) => all.findIndex((other) => other.by === by) === index);
}
