// Files that are no table of ours, known by their first bytes: each is named for what it is, with
// what to do instead.
import { badTable } from './table';
import { zipEntries, type ZipEntry } from './zipEntries';

const chooseAnother = 'Open a CSV, TSV, JSONL, Excel (.xlsx) or text file.';

/** First bytes (as Latin-1) of kinds of files that people drop by mistake. */
const signatures: readonly (readonly [start: RegExp, kind: string, advice: string])[] = [
  [/^%PDF/, 'a PDF', 'Copy its texts into a spreadsheet and open that.'],
  [/^\x89PNG/, 'a picture (PNG)', chooseAnother],
  [/^\xff\xd8\xff/, 'a picture (JPEG)', chooseAnother],
  [/^GIF8[79]a/, 'a picture (GIF)', chooseAnother],
  [/^RIFF....(WEBP|WAVE|AVI )/s, 'a picture, sound or film', chooseAnother],
  [/^(ID3[\x02-\x04]|OggS\x00|fLaC\x00)/, 'a sound recording', chooseAnother],
  [/^....ftyp/s, 'a film or picture', chooseAnother],
  [
    /^(\x1f\x8b|7z\xbc\xaf|Rar!\x1a|BZh\d1AY|\xfd7zXZ)/,
    'a compressed archive',
    'Unpack it, then open the table inside.',
  ],
  [/^SQLite format 3/, 'a database (SQLite)', 'Export the table as CSV and open that.'],
  [/^PAR1[\x00\x15]/, 'a Parquet file', 'Save the table as CSV and open that.'],
  [/^\{\\rtf/, 'a text document (RTF)', 'Copy its texts into a spreadsheet and open that.'],
  [/^(\x7fELF|MZ.\x00)/s, 'a program', chooseAnother],
  [
    /^\s*<(!doctype html|html|table)/i,
    'a web page',
    'Open it in a spreadsheet program and save it as .xlsx.',
  ],
  [/^\s*<\?xml/, 'an XML file', 'Open it in a spreadsheet program and save it as .xlsx or CSV.'],
];

const oldOffice = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/**
 * Says whether the bytes are an Excel workbook; ends with 'bad-table' when they are something else
 * that cannot be a table. Anything not recognized counts as text.
 */
export function isWorkbook(bytes: Uint8Array, fileName: string): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 512)).replace(/^\xef\xbb\xbf/, '');
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) {
    const entries = zipEntries(bytes);
    if (!entries) {
      if (!/\.xlsx$/i.test(fileName)) throw foreign(fileName, 'a zip archive', chooseAnother);
      throw badTable(
        fileName,
        'is damaged: its last part is missing. Copy or download it again, or open it in a spreadsheet program and save it anew.',
      );
    }
    refuseOtherZips(entries, fileName);
    return true;
  }
  if (start.startsWith(oldOffice)) throw oldOfficeError(bytes, fileName);
  const known = signatures.find(([signature]) => signature.test(start));
  if (known) throw foreign(fileName, known[1], known[2]);
  return false;
}

const foreign = (fileName: string, kind: string, advice: string) =>
  badTable(fileName, `is ${kind}, not a table. ${advice}`);

function refuseOtherZips(entries: ZipEntry[], fileName: string): void {
  const has = (start: string) => entries.some(({ name }) => name.startsWith(start));
  const asXlsx = 'Open it in a spreadsheet program and save it as .xlsx.';
  if (has('xl/workbook.bin')) throw foreign(fileName, 'a binary Excel workbook (.xlsb)', asXlsx);
  if (has('xl/')) return;
  if (has('word/'))
    throw foreign(fileName, 'a Word document', 'Copy its texts into a spreadsheet and open that.');
  if (has('ppt/')) throw foreign(fileName, 'a presentation', chooseAnother);
  if (has('content.xml') && /\.ods$/i.test(fileName))
    throw foreign(fileName, 'an OpenDocument spreadsheet', asXlsx);
  if (has('content.xml')) throw foreign(fileName, 'an OpenDocument file', chooseAnother);
  throw foreign(fileName, 'a zip archive', 'Unpack it, then open the table inside.');
}

/** Excel of before 2007; a workbook with a password is kept in the same wrapping. */
function oldOfficeError(bytes: Uint8Array, fileName: string) {
  const wanted = Array.from('EncryptedPackage', (letter) => [letter.charCodeAt(0), 0]).flat();
  if (includesBytes(bytes, wanted))
    return badTable(
      fileName,
      'is protected by a password. Save a copy without the password and open that.',
    );
  return /\.(doc|ppt|msg)$/i.test(fileName)
    ? foreign(
        fileName,
        'an old Office document',
        'Copy its texts into a spreadsheet and open that.',
      )
    : foreign(
        fileName,
        'an old Excel file (.xls)',
        'Save it as .xlsx in a spreadsheet program and open that.',
      );
}

function includesBytes(bytes: Uint8Array, wanted: number[]): boolean {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1))
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}
