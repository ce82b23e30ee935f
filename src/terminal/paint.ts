const STYLES = { bold: [1, 22], heading: [4, 24], code: [36, 39] } as const;

/** Markdown as a person reads it in a terminal; as it is, where there are no colours. */
export function paint(markdown: string, colours: boolean): string {
  if (!colours) return `${markdown.trimEnd()}\n`;
  const style = (name: keyof typeof STYLES, text: string): string => `\u001b[${STYLES[name][0]}m${text}\u001b[${STYLES[name][1]}m`;
  let fenced = false;
  const lines: string[] = [];
  for (const line of markdown.trimEnd().split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    else if (fenced) lines.push(style('code', line));
    else if (/^#{1,6} /.test(line)) lines.push(style('bold', style('heading', line.replace(/^#+ /, ''))));
    else
      lines.push(
        line
          .replaceAll(/\*\*([^*]+)\*\*/g, (_, text: string) => style('bold', text))
          .replaceAll(/`([^`]+)`/g, (_, text: string) => style('code', text)),
      );
  }
  return `${lines.join('\n')}\n`;
}
