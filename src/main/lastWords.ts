const keptCharacters = 2_000;

/** The end of what a process writes to its error output, for the moment when it dies. */
export function keepLastWords(output: NodeJS.ReadableStream | null): () => string {
  let words = '';
  output?.setEncoding('utf8');
  output?.on('data', (text: string) => {
    words = (words + text).slice(-keptCharacters);
    if (process.env.HANDFUL_DEBUG) process.stderr.write(text);
  });
  return () => words.trim();
}
