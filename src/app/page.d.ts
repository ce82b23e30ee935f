/** A page in one file as text: esbuild and vitest are told to build and load it so. */
declare module '*.html' {
  const text: string;
  export default text;
}
