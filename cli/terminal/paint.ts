import { styleText } from 'node:util';

/** How words are made to stand out. `bad` (red) is for what is wrong only. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly attention: (text: string) => string;
  readonly heading: (text: string) => string;
}

/** No colours at all. */
export const noPaint: Paint = {
  strong: (text) => text,
  faint: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  attention: (text) => text,
  heading: (text) => text,
};

/** Colours where the stream is a terminal and NO_COLOR is not set. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const style =
    (...format: Parameters<typeof styleText>[0][]) =>
    (text: string) =>
      format.reduce<string>((painted, one) => styleText(one, painted, { stream, validateStream: true }), text);
  return {
    strong: style('bold'),
    faint: style('dim'),
    good: style('green'),
    bad: style('red'),
    attention: style('yellow'),
    heading: style('bold', 'cyan'),
  };
}
