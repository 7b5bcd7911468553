/** From where to where a secret stands in a text, in UTF-16 code units. */
export type Span = readonly [start: number, end: number];

/**
 * Tokens that tell by themselves what they are: prefixes and alphabets as the public rule lists of gitleaks and trufflehog have them,
 * the least lengths shorter, since what is received may be cut. Each part is a run of one alphabet after a fixed beginning: a try that
 * fails has read no more than its least length, so that no text, however made, takes more than linear time.
 */
const tokens = new RegExp(
  [
    String.raw`(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}`, // AWS access key ids
    String.raw`AIza[\w-]{30,}|ya29\.[\w.-]{16,}|1\/\/0[\w-]{30,}|GOCSPX-[\w-]{16,}`, // Google
    String.raw`gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}`,
    String.raw`gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-[\w.-]{16,}|GR1348941[\w-]{16,}`, // GitLab
    String.raw`xox[a-z]-[\w-]{10,}|xapp-\d-[\w-]{10,}`, // Slack
    String.raw`[rs]k_(?:live|prod|test)_[A-Za-z0-9]{10,}|whsec_[\w+/=]{20,}`, // Stripe
    String.raw`npm_[A-Za-z0-9]{30,}|pypi-AgE[\w-]{20,}|rubygems_[0-9a-f]{40,}|dckr_[op]at_[\w-]{20,}`,
    String.raw`(?<![A-Za-z0-9])sk-(?:ant-[a-z]{2,6}\d\d-[\w-]{16,}|(?:proj|svcacct)-[\w-]{20,}|(?:[a-z0-9]{2,10}-){0,3}\w{20,}[\w-]*)`, // OpenAI, Anthropic and others
    String.raw`hf_[A-Za-z]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|SK[0-9a-f]{32}|key-[0-9a-f]{32}(?![0-9a-f])`, // Hugging Face, SendGrid, Twilio, Mailgun
    String.raw`\d{5,16}:A[\w-]{34,}`, // Telegram bots
    String.raw`do[opr]_v1_[0-9a-f]{40,}|hv[brs]\.[\w-]{20,}|dapi[0-9a-f]{32}|pul-[0-9a-f]{40}`, // DigitalOcean, Vault, Databricks, Pulumi
    String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0(?:atp|csp)-[\w-]{22,}|glsa_\w{30,}|lin_api_\w{30,}|NRAK-[A-Z0-9]{20,}`,
    String.raw`sntry[su]_[\w+/=-]{30,}|ATATT3[\w=-]{50,}|xkeysib-[0-9a-f]{40,}[\w-]*|PMAK-[0-9a-f]{20,}[\w-]*|ops_eyJ[\w+/=-]{30,}`,
    String.raw`AGE-SECRET-KEY-1[0-9A-Z]{50,}|LTAI[A-Za-z0-9]{16,}|AKCp[A-Za-z0-9]{60,}|EAA[CM][A-Za-z0-9]{80,}`,
  ].join('|'),
  'g',
);

/** Client secrets of Azure. On their own: they begin with anything. */
const azure = /[\w~.-]{3}\dQ~[\w~.-]{31,}/g;

/** JSON in base64url, and what follows it after dots; of a JSON Web Token the second part is there. */
const webToken = /eyJ[\w-]{8,}(?:\.[\w-]+){0,4}/g;

/** Before a secret stands what may be seen: group 1. */
const webhook =
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/|\.webhook\.office\.com\/webhookb2\/)[\w/@.+-]{8,}/gi;
const scheme = /(\b(?:Bearer|Basic|Negotiate|ApiKey)[ \t]{1,4})[\w.~+/=-]{8,}/gi;
const userPassword = /(:\/\/[^\s/?#:@"'<>]*:)[^\s/?#"'<>]+(?=@)/g;
/** A user without a password is a secret where it is as long as one. */
const longUser = /(:\/\/)[^\s/?#:@"'<>]{20,}(?=@)/g;
/** What signs or opens a URL, under names that say nothing elsewhere. */
const parameter = /([?&](?:amp;)?(?:[\w-]{0,20}signature|sig|key|auth|code|ticket|jwt|otp|sid)=)[^\s&#"'<>\\]+/gi;

const privateKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/g;
const notInKey = /[^A-Za-z0-9+/=\s\\:,."-]/;
const endOfKey = /-----END [A-Z0-9 ]{0,50}-----/y;

/** What looks like a secret by itself, wherever it stands. */
export function formSpans(text: string): Span[] {
  return [
    ...spansOf(text, tokens),
    ...(text.includes('Q~') ? spansOf(text, azure) : []),
    ...spansOf(text, webToken, (token) => /^[^.]+\.[\w-]{8,}/.test(token)),
    ...spansOf(text, scheme, isNoWord),
    ...(text.includes('://') ? [...spansOf(text, userPassword), ...spansOf(text, longUser)] : []),
    ...spansOf(text, webhook),
    ...spansOf(text, parameter),
    ...privateKeySpans(text),
  ];
}

function spansOf(text: string, form: RegExp, holds: (secret: string) => boolean = () => true): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(form)) {
    const start = match.index + (match[1]?.length ?? 0);
    const end = match.index + match[0].length;
    if (holds(text.slice(start, end))) spans.push([start, end]);
  }
  return spans;
}

/** `Basic authentication` is none, `Basic dXNlcjpwYXNz` is. */
function isNoWord(text: string): boolean {
  return /[0-9=+]|[a-z][A-Z]/.test(text);
}

/** To the end of the block, or as far as it goes where the end is cut off. */
function privateKeySpans(text: string): Span[] {
  return [...text.matchAll(privateKey)].map((match): Span => {
    const body = match.index + match[0].length;
    const dashes = text.indexOf('-----', body);
    const whole = text.slice(body, dashes === -1 ? text.length : dashes);
    const strange = whole.search(notInKey);
    if (strange !== -1 || dashes === -1) return [match.index, body + (strange === -1 ? whole.length : strange)];
    endOfKey.lastIndex = dashes;
    return [match.index, dashes + (endOfKey.exec(text)?.[0].length ?? 0)];
  });
}
