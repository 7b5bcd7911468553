import type { protos } from '@google-cloud/security-center';
import type { Pulled, TopicCanary } from './canaries/topic-canary.ts';
import { NotCheckedError } from './errors.ts';
import type { Ground } from './ground.ts';

export type Finding = protos.google.cloud.securitycenter.v2.IFinding;

/** The mark that checks write, and delete again. */
const mark = 'firebreak_contract';

/** The finding that a person named, and what is done with it. Throws NotCheckedError where none was named. */
export function givenFinding({ clients, finding }: Pick<Ground, 'clients' | 'finding'>) {
  if (finding === undefined) throw new NotCheckedError('no finding was named: --finding NAME');
  const { name, topic } = finding;
  const parent = `${name.slice(0, name.indexOf('/sources/'))}/sources/-${/\/locations\/[^/]+/.exec(name)?.[0] ?? ''}`;
  /** The names of the findings that a filter finds; `among` is another parent. */
  const found = async (filter: string, among = parent): Promise<string[]> => {
    const [results] = await clients.findings.listFindings(
      { parent: among, filter, pageSize: 50 },
      { autoPaginate: false },
    );
    return results.flatMap((result) => result.finding?.name ?? []);
  };
  const read = async (filter = `name="${name}"`, among = parent): Promise<Finding> => {
    const [[first]] = await clients.findings.listFindings({ parent: among, filter }, { autoPaginate: false });
    if (first?.finding === undefined || first.finding === null)
      throw new NotCheckedError(`the finding is not found by ${filter}`);
    return first.finding;
  };
  /** Sets the mark; without a value deletes it. */
  const setMark = async (value?: string): Promise<void> => {
    await clients.findings.updateSecurityMarks({
      securityMarks: { name: `${name}/securityMarks`, marks: value === undefined ? {} : { [mark]: value } },
      updateMask: { paths: [`marks.${mark}`] },
    });
  };
  return { name, parent, topic, found, read, setMark, mark };
}

/** The notifications of that finding that come while something is done. Throws NotCheckedError where no topic was named. */
export async function notificationsDuring(
  topic: TopicCanary,
  { name, topic: ofFindings }: Pick<ReturnType<typeof givenFinding>, 'name' | 'topic'>,
  act: () => Promise<void>,
): Promise<Pulled[]> {
  if (ofFindings === undefined)
    throw new NotCheckedError('the topic of the notifications was not named: --finding-topic NAME');
  const subscription = await topic.subscribe({ topic: ofFindings });
  await act();
  const pulled = await topic.pull(subscription, 10);
  const id = name.split('/').at(-1) ?? name;
  return pulled.filter(({ text }) => text.includes(id));
}
