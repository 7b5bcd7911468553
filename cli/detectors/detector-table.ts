import type { Paint } from '../terminal/paint.ts';
import { columns, wrap } from '../terminal/wrap.ts';
import { planeWords, resourceWords } from './detector-words.ts';
import type { ListedDetector } from './listed-detector.ts';

const gap = '  ';
const planes = ['runtime', 'control-plane'] as const;
const heads = ['DETECTOR', 'RESOURCES', 'PLAYBOOK', 'TECHNIQUES', 'SEVERITY'] as const;
const techniqueColumns = 'T1552.001, T1552.004'.length;
const nameColumnsAtLeast = 20;

/** The detectors as a table, plane by plane, `width` columns wide where that goes (80). Nothing is cut: what does not fit goes on below. */
export function detectorTable(
  detectors: readonly ListedDetector[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const rows = detectors.map((detector) => ({ plane: detector.plane, cells: cellsOf(detector) }));
  const sizes = heads.map((head, column) => {
    const widest = Math.max(head.length, ...rows.map(({ cells }) => columns(cells[column] ?? '')));
    return head === 'TECHNIQUES' ? Math.min(widest, techniqueColumns) : widest;
  });
  const others = sizes.slice(1).reduce((sum, size) => sum + size + gap.length, 0);
  sizes[0] = Math.min(sizes[0] ?? 0, Math.max(nameColumnsAtLeast, width - others));
  return [
    ...linesOf(heads, sizes).map((line) => paint.faint(line)),
    ...planes.flatMap((plane) => [
      '',
      ...wrap(planeWords[plane], width).map((line) => paint.heading(line)),
      ...rows.filter((row) => row.plane === plane).flatMap(({ cells }) => linesOf(cells, sizes)),
    ]),
  ];
}

function cellsOf(detector: ListedDetector): readonly string[] {
  const { displayName, playbook, documented, ours } = detector;
  const techniques = [...documented.techniques, ...ours.techniques.map((id) => `${id}*`)].join(', ');
  return [displayName, resourceWords(detector), playbook, techniques, documented.severity?.toLowerCase() ?? ''];
}

/** One row: as many lines as its highest cell has. */
function linesOf(cells: readonly string[], sizes: readonly number[]): string[] {
  const broken = cells.map((cell, column) => wrap(cell, sizes[column] ?? 1));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    broken
      .map((lines, column) => padded(lines[line] ?? '', sizes[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

function padded(text: string, size: number): string {
  return text + ' '.repeat(Math.max(0, size - columns(text)));
}
