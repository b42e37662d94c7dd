import { describe, expect, test } from 'vitest';
import type { Example } from '../../../../shared/domain';
import { chooseNext, pickPool, type Choice } from './queue';

const example = (id: string, text = id, rest: Partial<Example> = {}): Example => ({
  id,
  projectId: 'p',
  position: 0,
  text,
  decision: null,
  ...rest,
});
const decided = { labels: ['a'], source: 'human', at: 1 } as const;

describe('pickPool', () => {
  const many = Array.from({ length: 1000 }, (_, place) => example(`${place}`));

  test('spreads over the whole table', () => {
    const places = pickPool(many, () => false, 10).map(({ id }) => Number(id));
    expect(places).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  test('leaves out what is decided, shown or skipped', () => {
    const examples = [
      example('decided', 'x', { decision: { ...decided, labels: ['a'] } }),
      example('shown'),
      example('skipped', 'x', { skipped: true }),
      example('fresh'),
    ];
    expect(pickPool(examples, (id) => id === 'shown').map(({ id }) => id)).toEqual(['fresh']);
  });

  test('offers skipped texts again when no others are left', () => {
    const examples = [example('skipped', 'x', { skipped: true })];
    expect(pickPool(examples, () => true)).toHaveLength(1);
  });
});

describe('chooseNext', () => {
  const label = (id: string) => ({ id, name: id });
  const choose = (changes: Partial<Choice>) => {
    const confidences: Record<string, [string, number]> = {
      one: ['a', 0.9],
      two: ['b', 0.6],
      three: ['b', 0.8],
    };
    return chooseNext({
      pool: [
        example('one', 'my parcel is late'),
        example('two', 'refund me please'),
        example('three', 'the app crashes'),
      ],
      suggestionOf: (id) => {
        const [name, confidence] = confidences[id] ?? [];
        return name && confidence ? { label: label(name), confidence } : undefined;
      },
      counts: new Map([
        ['a', 3],
        ['b', 1],
      ]),
      recent: [],
      turn: 0,
      ...changes,
    })?.id;
  };

  test('turns to the label with the fewest texts, its clearest case first', () => {
    expect(choose({})).toBe('three');
  });

  test('every other time takes the least sure', () => {
    expect(choose({ turn: 1 })).toBe('two');
  });

  test('never shows something near-identical to what was shown lately', () => {
    expect(choose({ recent: ['The app crashes!'] })).toBe('two');
  });

  test('shows near-identical texts rather than nothing', () => {
    const pool = [example('one', 'my parcel is late')];
    expect(choose({ pool, recent: ['my parcel is late'] })).toBe('one');
  });

  test('takes the first when nothing is known yet, and null from an empty pool', () => {
    expect(choose({ suggestionOf: () => undefined })).toBe('one');
    expect(choose({ pool: [] })).toBeUndefined();
  });
});
