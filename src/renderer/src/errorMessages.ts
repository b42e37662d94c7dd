// Error code -> a heading and what comes next. The sentence in between is the error's own, written
// where the error was raised; where it says what to do, this adds what became of the user's work.
import { toStudioError, type ErrorCode } from '../../shared/errors';

export interface ErrorMessage {
  heading: string;
  sentence: string;
  next: string;
}

const messages: Record<ErrorCode, { heading: string; next: string }> = {
  'bad-request': {
    heading: 'That did not fit',
    next: 'Your work is kept. Start Handful again; if it comes back, please report it.',
  },
  'bad-table': {
    heading: 'This file cannot be opened',
    next: 'Nothing was stored.',
  },
  'too-large': { heading: 'Too large', next: 'Nothing was stored.' },
  'too-few-examples': {
    heading: 'A few more labels are needed',
    next: 'Label at least two texts for two labels, then train again.',
  },
  'bad-labels': {
    heading: 'The labels need a look',
    next: 'Open the Label step and change their names, then try again.',
  },
  'encoder-missing': {
    heading: 'The language model is missing',
    next: 'Install Handful again; your projects stay where they are.',
  },
  'encoder-damaged': {
    heading: 'The language model is damaged',
    next: 'Install Handful again; your projects stay where they are.',
  },
  'encoder-changed': {
    heading: 'The language model has changed',
    next: 'Your labels are all there.',
  },
  'classifier-missing': {
    heading: 'This classifier is gone',
    next: 'Train again; your labels are all there.',
  },
  'bundle-damaged': { heading: 'This classifier cannot be read', next: 'Export it again.' },
  'no-gradient': {
    heading: 'This language model cannot be trained',
    next: 'Use the language model that came with Handful.',
  },
  'bad-graph': {
    heading: 'This language model cannot be used',
    next: 'Use the language model that came with Handful.',
  },
  'over-budget': {
    heading: 'Too much to learn',
    next: 'Use fewer labels or shorter names, then train again.',
  },
  'provider-failed': {
    heading: 'The processor gave no right answer',
    next: 'Close other programs, then try again.',
  },
  busy: { heading: 'One thing at a time', next: 'Wait until the present job is done.' },
  cancelled: { heading: 'Stopped', next: 'Nothing was changed.' },
  disconnected: {
    heading: 'Reconnecting',
    next: 'Your labels are kept in this browser meanwhile. Try again in a moment.',
  },
  'engine-died': {
    heading: 'The work was interrupted',
    next: 'Nothing is lost. Go on where it stopped.',
  },
  'disk-full': {
    heading: 'The disk is full',
    next: 'Saving goes on by itself as soon as there is room.',
  },
  'no-permission': {
    heading: 'Not allowed here',
    next: 'Your work is kept in this window meanwhile.',
  },
  'port-in-use': { heading: 'Handful runs already', next: 'Use the window that is open.' },
  internal: {
    heading: 'Something went wrong',
    next: 'Your work is kept. Try again; if it comes back, please report it.',
  },
};

/** Anything thrown, as the screen says it. */
export function describeError(error: unknown): ErrorMessage {
  const { code, message } = toStudioError(error);
  return { ...messages[code], sentence: message };
}
