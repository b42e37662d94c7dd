// What Handful is asked about the usual tasks, as a person would fill in the form: a template, and
// words for labels whose names alone do not say enough. SetFit has no use for either.

export interface TaskQuestion {
  readonly template: string;
  /** As the command line takes it: value=words, separated by commas. */
  readonly names?: string;
}

export const questions: Readonly<Record<string, TaskQuestion>> = {
  sst2: { template: 'it is', names: 'positive=great,negative=terrible' },
  tweet_emotion: { template: 'the feeling is' },
  trec: {
    template: 'the question asks for a',
    names: 'entity=thing,human=person,location=place',
  },
  subj: { template: 'this is' },
  ag_news: { template: 'this text is about' },
};
