// Numbers as people say them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 1234.4 -> "1,234" */
export const count = (value: number): string => whole.format(value);

/** "1 text", "2,000 texts" */
export const countOf = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** 0.834 -> "83 %"; never "100 %" for what is only nearly certain, nor "0 %" for what is not nil. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return '> 99 %';
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${whole.format(share * 100)} %`;
}

/** 0.00301 -> "0.3 %" */
export const finePercent = (share: number): string =>
  `${new Intl.NumberFormat('en', { maximumSignificantDigits: 2 }).format(share * 100)} %`;

/** 22713216 -> "22.7 million"; 68123 -> "68,000" */
export function roughly(value: number): string {
  if (value >= 1e6)
    return `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value / 1e6)} million`;
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 2 }).format(value);
}

/** 75 -> "1 min 15 s" */
export function duration(seconds: number): string {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 1) return 'under a second';
  if (rounded < 60) return countOf(rounded, 'second');
  return `${count(Math.floor(rounded / 60))} min ${rounded % 60} s`;
}

/** 47185920 -> "45 MB" */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return countOf(bytes, 'byte');
  if (bytes < 1024 ** 2) return `${count(bytes / 1024)} KB`;
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 }).format(bytes / 1024 ** 2)} MB`;
}

/** Milliseconds since 1970 -> "24 Nov, 08:31" */
export const moment = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);

/** "en" -> "English"; what is no language keeps its own words. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code) ?? code;
  } catch {
    return code;
  }
}
