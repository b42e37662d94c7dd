import { describe, expect, it } from 'vitest';
import { groupLabels, tokenRows } from './labelGroups';
import type { Question } from './question';

/** A template of two tokens and labels of the given lengths; token ids count up. */
function questionOf(lengths: readonly number[]): Question {
  const labels: { start: number; closing: number }[] = [];
  const positions = [0, 1];
  for (const length of lengths) {
    const start = positions.length;
    labels.push({ start, closing: start + length - 1 });
    for (let i = 0; i < length; i++) positions.push(2 + i);
  }
  return { ids: positions.map((_, i) => i), positions, templateTokens: 2, labels };
}

describe('label groups', () => {
  it('leave a small question as it is', () => {
    const question = questionOf([3, 2, 4]);
    const asked = groupLabels(question);
    expect(asked).toMatchObject({ groups: 1, places: 11, labels: 3 });
    expect(asked.tokens).toEqual(question.ids);
    expect(asked.positions).toEqual(question.positions);
  });

  const lengths = Array.from({ length: 77 }, (_, i) => 2 + ((i * 7) % 5));
  const question = questionOf(lengths);
  const asked = groupLabels(question);
  const { groups, places, labels } = asked;

  it('hold every token once, the template once in each group, and little padding', () => {
    const all = lengths.reduce((sum, length) => sum + length, 0);
    expect(groups).toBeGreaterThan(1);
    for (const id of question.ids)
      expect(asked.tokens.filter((token) => token === id)).toHaveLength(id < 2 ? groups : 1);
    expect(groups * places).toBeLessThan((all + 2 * groups) * 1.1);
    expect([...tokenRows(asked, question)].filter((one) => one === 1)).toHaveLength(
      asked.tokens.filter((token) => token >= 0).length,
    );
  });

  it('let a place see the template and its own label, and nothing else', () => {
    const labelAt = (place: number) => {
      const token = asked.tokens[place] ?? -1;
      return question.labels.findIndex(({ start, closing }) => token >= start && token <= closing);
    };
    asked.mask.forEach((mask, at) => {
      const row = Math.floor(at / places);
      const column = Math.floor(row / places) * places + (at % places);
      const isTemplate = at % places < 2;
      const isOwn = labelAt(row) >= 0 && labelAt(row) === labelAt(column);
      expect(mask === 0).toBe(isTemplate || isOwn);
    });
  });

  it('read each label at its closing token and put the answers in order', () => {
    question.labels.forEach(({ closing }, label) => {
      const row = asked.order.subarray(label * groups * labels, (label + 1) * groups * labels);
      const slot = row.indexOf(1);
      const read = asked.closing.subarray(slot * places, (slot + 1) * places).indexOf(1);
      const group = Math.floor(slot / labels);
      expect(asked.tokens[group * places + read]).toBe(closing);
    });
  });

  it('take a label that is longer than a group', () => {
    const asked = groupLabels(questionOf([3, 60, 3]));
    expect(asked).toMatchObject({ groups: 3, places: 62, labels: 1 });
  });
});
