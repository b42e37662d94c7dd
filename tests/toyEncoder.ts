// Where the toy encoder lies: BERT with 2 layers of 32 numbers, 4 heads and 163 tokens, random and fixed.
// Made by tests/golden/make_golden.py, which also recorded what it should give.
import path from 'node:path';

export const toyEncoder = path.join(import.meta.dirname, 'golden/toy-encoder');
