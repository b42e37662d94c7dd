/** What is asked of every text unless the user writes something better: this + name of a label. */
export const defaultTemplate = 'This text is about';
