// Files that are built into the app as text.
declare module '*?raw' {
  const text: string;
  export default text;
}
