// What an exported classifier's file is called.

/** File systems take 255 bytes; some is left for what a download adds. */
const mostBytes = 200;
/** Devices of Windows, whatever comes after the first point. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;

/** The user's name as a file name that every system takes, with its ".zip". */
export function bundleName(name: string): string {
  const safe = cut(name.replace(/[\p{C}\s<>:"/\\|?*]+/gu, ' ').trim()).replace(
    /^[. ]+|[. ]+$/g,
    '',
  );
  if (safe === '') return 'classifier.zip';
  return `${reserved.test(safe) ? 'classifier ' : ''}${safe}.zip`;
}

/** As many whole characters as fit. */
function cut(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    kept += character;
  }
  return kept;
}
