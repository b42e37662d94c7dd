// Accuracy against the share of parameters learned, as an SVG that reads on light and on dark pages.
import { percentText } from './qualityTable';

export interface PicturePoint {
  /** Numbers learned as a share of the encoder's, above 0. */
  readonly share: number;
  readonly accuracy: number;
  /** Standard deviation over seeds; NaN for one. */
  readonly spread: number;
}

export interface PictureSeries {
  readonly title: string;
  /** One of the colours of `style`. */
  readonly colour: 'a' | 'b';
  /** Joined by a line, in order of share. */
  readonly points: readonly PicturePoint[];
  /** What the product does, ringed. */
  readonly chosen: PicturePoint | null;
  /** Others, for comparison: not on the line, each with its name. */
  readonly others: readonly (PicturePoint & { readonly name: string })[];
}

export interface PictureContents {
  readonly title: string;
  readonly series: readonly PictureSeries[];
  /** Accuracy without any training, as a line across. */
  readonly before: number | null;
}

const [width, height] = [760, 460];
const frame = { left: 70, right: 30, top: 56, bottom: 62 };
const shares = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 1];

// Mid-tones that hold against white and near-black; the page's own scheme is followed where it is known.
const style = `
  text { font: 13px system-ui, sans-serif; fill: #57606a; }
  .title { font-size: 15px; font-weight: 600; }
  .grid { stroke: #8c959f; stroke-opacity: .35; }
  .before { stroke: #8c959f; stroke-dasharray: 2 5; stroke-width: 2; }
  .line, .bar, .ring { fill: none; stroke-width: 2; }
  .ring { stroke-width: 2.5; }
  .a { stroke: #2f81f7; } .a.dot, .a.name { fill: #2f81f7; }
  .b { stroke: #d9822b; } .b.dot, .b.name { fill: #d9822b; }
  .name { stroke: none; }
  @media (prefers-color-scheme: dark) { text { fill: #adbac7; } }`;

export function qualityPicture({ title, series, before }: PictureContents): string {
  const points = series.flatMap((each) =>
    [...each.points, ...each.others, each.chosen ?? []].flat(),
  );
  const values = points.flatMap(({ accuracy, spread }) => {
    const bar = Number.isFinite(spread) ? spread : 0;
    return [accuracy - bar, accuracy + bar];
  });
  const low = Math.floor(20 * Math.min(...values, before ?? 1)) / 20;
  const high = Math.ceil(20 * Math.max(...values, before ?? 0)) / 20;
  const smallest = Math.min(shares[0] ?? 1, ...points.map(({ share }) => share)) * 0.8;
  const x = (share: number) =>
    place(Math.log(share / smallest) / Math.log(1 / smallest), frame.left, width - frame.right);
  const y = (accuracy: number) =>
    place((accuracy - low) / (high - low), height - frame.bottom, frame.top);

  const steps = Math.round((high - low) * 20);
  const grid = Array.from({ length: steps + 1 }, (_, i) => low + i / 20).map((value) => [
    element('line', {
      class: 'grid',
      x1: frame.left,
      x2: width - frame.right,
      y1: y(value),
      y2: y(value),
    }),
    label(value.toFixed(2), { x: frame.left - 10, y: y(value) + 4, 'text-anchor': 'end' }),
  ]);
  const ticks = shares.map((share) => [
    element('line', {
      class: 'grid',
      x1: x(share),
      x2: x(share),
      y1: frame.top,
      y2: height - frame.bottom,
    }),
    label(percentText(share), {
      x: x(share),
      y: height - frame.bottom + 20,
      'text-anchor': 'middle',
    }),
  ]);
  const axes = [
    label("share of the encoder's numbers that are learned (log scale)", {
      x: (frame.left + width - frame.right) / 2,
      y: height - 16,
      'text-anchor': 'middle',
    }),
    label('accuracy', {
      transform: `translate(18 ${(frame.top + height - frame.bottom) / 2}) rotate(-90)`,
      'text-anchor': 'middle',
    }),
  ];
  const baseline =
    before === null
      ? []
      : [
          element('line', {
            class: 'before',
            x1: frame.left,
            x2: width - frame.right,
            y1: y(before),
            y2: y(before),
          }),
          label('before training', {
            x: width - frame.right - 4,
            y: y(before) - 7,
            'text-anchor': 'end',
          }),
        ];
  const drawn = series.map((each, i) => drawSeries(each, i, x, y));
  const body = [...grid, ...ticks, axes, baseline, ...drawn].flat();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${style}\n</style>`,
    label(title, { class: 'title', x: frame.left, y: 22 }),
    ...body,
    '</svg>\n',
  ].join('\n');
}

function drawSeries(
  { title, colour, points, chosen, others }: PictureSeries,
  place: number,
  x: (share: number) => number,
  y: (accuracy: number) => number,
): string[] {
  const sorted = [...points].sort((a, b) => a.share - b.share);
  const line = sorted.map(({ share, accuracy }) => `${pixel(x(share))},${pixel(y(accuracy))}`);
  const bars = [...sorted, ...others].flatMap(({ share, accuracy, spread }) =>
    Number.isFinite(spread)
      ? [
          element('line', {
            class: `bar ${colour}`,
            x1: x(share),
            x2: x(share),
            y1: y(accuracy - spread),
            y2: y(accuracy + spread),
          }),
        ]
      : [],
  );
  const dot = ({ share, accuracy }: PicturePoint, r: number, kind: string) =>
    element('circle', { class: `${kind} ${colour}`, cx: x(share), cy: y(accuracy), r });
  const square = (point: PicturePoint & { name: string }) => [
    element('rect', {
      class: `dot ${colour}`,
      x: x(point.share) - 4,
      y: y(point.accuracy) - 4,
      width: 8,
      height: 8,
    }),
    label(point.name, {
      class: `name ${colour}`,
      x: x(point.share) - 9,
      y: y(point.accuracy) + 4,
      'text-anchor': 'end',
    }),
  ];
  const legend = frame.left + place * 190;
  return [
    ...(line.length > 1
      ? [element('polyline', { class: `line ${colour}`, points: line.join(' ') })]
      : []),
    ...bars,
    ...sorted.map((point) => dot(point, 4.5, 'dot')),
    ...(chosen ? [dot(chosen, 9, 'ring')] : []),
    ...others.flatMap(square),
    element('circle', { class: `dot ${colour}`, cx: legend + 5, cy: 40, r: 4.5 }),
    label(title, { class: `name ${colour}`, x: legend + 16, y: 44 }),
  ];
}

const place = (part: number, from: number, to: number): number => from + part * (to - from);

const pixel = (value: number): string => String(Number(value.toFixed(1)));

function element(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => `${key}="${typeof value === 'number' ? pixel(value) : value}"`,
  );
  return `<${name} ${written.join(' ')}/>`;
}

const label = (text: string, attributes: Readonly<Record<string, string | number>>): string =>
  element('text', attributes).replace('/>', `>${escape(text)}</text>`);

const escape = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
