// Hands a file that was made in the page to the user.

export const excelType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Starts a download; the browser or the desktop app asks where to. */
export function saveFile(name: string, bytes: Uint8Array, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  followDownload(url, name);
  // The download has taken hold of the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Downloads what an address leads to. */
export function followDownload(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
