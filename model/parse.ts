import { plain } from './display.ts';
import { z } from './schema.ts';

/** Characters of the name of a member that are repeated: outside text, where it is one that nobody knows. */
const nameLength = 40;

/** A value is not of the form that it must have; the message says where. Of the value nothing is repeated but names of members, cut and safe to show. */
export class MalformedError extends Error {
  constructor(what: string, where: string) {
    super(`malformed ${what} (${where})`);
    this.name = 'MalformedError';
  }
}

/** The value in its schema's form: a frozen copy. Throws MalformedError. */
export function parsed<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new MalformedError(what, issue === undefined ? 'not of its form' : issueWords(issue));
}

/** Where it is not of its form, and what is wrong there: `actions.0.target.location: not of its form`. */
function issueWords(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((step) => plain(String(step), nameLength)).join('.');
  return `${place === '' ? '' : `${place}: `}${whatIsWrong(issue)}`;
}

function whatIsWrong(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `no ${issue.expected}`;
    case 'unrecognized_keys':
      return `no member ${plain(issue.keys[0] ?? '', nameLength)} is known`;
    case 'too_big':
      return `more than ${issue.maximum}`;
    case 'too_small':
      return `less than ${issue.minimum}`;
    default:
      return 'not of its form';
  }
}
