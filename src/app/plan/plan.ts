/// <reference lib="dom" />
import { type Answer, removes, type Saved, type StepText } from './answer.ts';
import { diagram } from './diagram.ts';
import { connect, type Host } from './host.ts';

/** The page of a plan: what it makes, what it costs, what it opens, and a list to tick off. It shows text and runs nothing. */

const TOOL = 'generate_provision_command';
const main = document.getElementById('plan') as HTMLElement;
let host: Host | undefined;
/** The arguments that the shown answer was asked with, for asking again the other way. */
let asked: Record<string, unknown> | undefined;
let saved: Saved | undefined;

type Child = Node | string | undefined | false;

function make(name: string, attributes: Readonly<Record<string, string>> = {}, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

const button = (text: string, label: string, act: (self: HTMLButtonElement) => void, kind = ''): HTMLElement => {
  const made = make('button', { type: 'button', 'aria-label': label, ...(kind === '' ? {} : { class: kind }) }, text) as HTMLButtonElement;
  made.addEventListener('click', () => act(made));
  return made;
};

/** A status that a screen reader says, besides what is seen on the button. */
const status = make('p', { role: 'status', class: 'quiet', style: 'position:absolute;left:-999rem' });

async function copy(text: string, self: HTMLButtonElement): Promise<void> {
  const before = self.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A frame without the permission: the old way, by a selection.
    const area = make('textarea', { readonly: '', style: 'position:fixed;left:-999rem' }) as HTMLTextAreaElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) {
      self.textContent = 'Select it and copy';
      return;
    }
  }
  self.textContent = 'Copied';
  status.textContent = 'Copied';
  setTimeout(() => {
    self.textContent = before;
  }, 1500);
}

const code = (text: string, label: string): HTMLElement => {
  const tall = text.split('\n').length > 14;
  return make('div', { class: tall ? 'code tall' : 'code' }, make('pre', { tabindex: '0', 'aria-label': label }, make('code', {}, text)));
};

const fold = (title: string, ...children: readonly Child[]): HTMLElement => make('details', {}, make('summary', {}, title), ...children);

function note(kind: 'warn' | 'bad' | '', title: string, items: readonly string[]): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  const list = make('ul', {}, ...items.map((item) => make('li', {}, item)));
  return make('div', { class: `note ${kind}` }, make('strong', {}, title), list);
}

function money(answer: Answer): HTMLElement | undefined {
  const { cost } = answer;
  if (cost === undefined) return undefined;
  const rows = (cost.items ?? []).map(({ what, monthly, rate, currency = '', asOf, source = '', note: why }) => {
    const amount = monthly === null ? 'unknown' : monthly === undefined ? '' : `${monthly.toFixed(2)} ${currency}`;
    return make(
      'tr',
      // Said, because a row that is laid out as a block is no row to a screen reader any more.
      { role: 'row' },
      make('td', { role: 'cell' }, what, why === undefined ? undefined : make('div', { class: 'quiet' }, why)),
      make('td', { role: 'cell', class: 'money' }, amount, rate === undefined ? undefined : make('div', { class: 'quiet' }, rate)),
      make('td', { role: 'cell', class: 'seen' }, asOf ?? 'no date'),
      make('td', { role: 'cell', class: 'source quiet' }, cost.sources?.[source] ?? source),
    );
  });
  const head = make(
    'tr',
    { role: 'row' },
    ...['Item', 'A month, net', 'Seen', 'Source'].map((text, i) =>
      make('th', { role: 'columnheader', scope: 'col', class: i === 1 ? 'money' : '' }, text),
    ),
  );
  return make(
    'section',
    {},
    make('h2', {}, 'Cost'),
    cost.note === undefined ? undefined : make('p', { class: 'note' }, cost.note),
    rows.length === 0
      ? make('p', { class: 'quiet' }, 'Nothing in it is billed.')
      : make(
          'div',
          { class: 'scroll', tabindex: '0' },
          make('table', { role: 'table' }, make('thead', { role: 'rowgroup' }, head), make('tbody', { role: 'rowgroup' }, ...rows)),
        ),
  );
}

const total = (answer: Answer): string => {
  const sums = (answer.cost?.monthly ?? []).map(({ amount, currency }) => `${amount.toFixed(2)} ${currency}`);
  const text = sums.length === 0 ? (answer.cost?.complete === false ? 'unknown' : 'nothing') : sums.join(' + ');
  return `${text} a month, net${answer.cost?.complete === false && sums.length > 0 ? ', and what depends on usage or is unknown' : ''}`;
};

function stepItem(step: StepText, i: number, ticked: () => void): HTMLElement {
  const item = make('li', {});
  const box = make('input', { type: 'checkbox', id: `step-${i}` }) as HTMLInputElement;
  box.addEventListener('change', () => {
    item.classList.toggle('done', box.checked);
    ticked();
  });
  const title = `${i + 1}. ${step.title ?? step.id}`;
  const command = step.command ?? '';
  const tags = (step.effects ?? [])
    .filter(({ kind }) => kind !== 'creates')
    .map(({ kind, what = '', port, to }) =>
      make('span', { class: `tag ${kind}` }, kind === 'exposes' ? `opens ${port ?? ''} to ${to ?? 'the internet'}` : `${kind} ${what}`),
    );
  item.append(
    make(
      'div',
      { class: 'head' },
      make('label', { for: `step-${i}` }, box, title),
      button('Copy', `Copy the command of step ${title}`, (self) => void copy(command, self)),
    ),
  );
  if (tags.length > 0) item.append(make('div', { class: 'tags' }, ...tags));
  item.append(code(command, `Command of step ${title}`));
  const more = (name: string, text: string | undefined): HTMLElement | undefined =>
    text === undefined
      ? undefined
      : fold(
          name,
          make(
            'div',
            { class: 'head' },
            button('Copy', `${name}: copy for step ${title}`, (self) => void copy(text, self)),
          ),
          code(text, `${name}: step ${title}`),
        );
  for (const extra of [more('Check that it worked', step.verify), more('Undo this step', step.undo)])
    if (extra !== undefined) item.append(extra);
  return item;
}

function stepList(answer: Answer): HTMLElement {
  const steps = answer.steps ?? [];
  const bar = make('progress', { max: String(steps.length), value: '0', 'aria-label': 'Steps done' }) as HTMLProgressElement;
  const count = make('span', {}, `0 of ${steps.length} done`);
  const ticked = (): void => {
    const done = main.querySelectorAll('ol.steps input:checked').length;
    bar.value = done;
    count.textContent = `${done} of ${steps.length} done`;
  };
  return make(
    'section',
    {},
    make('h2', {}, removes(answer) ? 'Steps that remove' : 'Steps'),
    make('div', { class: 'bar' }, count, make('div', {}, bar)),
    make('ol', { class: 'steps' }, ...steps.map((step, i) => stepItem(step, i, ticked))),
  );
}

/** Asks for the plan's name before it shows how to remove it: what is gone is gone. */
function teardown(answer: Answer): HTMLElement | undefined {
  const { plan = 'main' } = answer;
  const there = saved?.destroy !== undefined || (host !== undefined && asked !== undefined);
  if (!there || removes(answer)) return undefined;
  const field = make('input', { type: 'text', id: 'name', autocomplete: 'off', spellcheck: 'false' }) as HTMLInputElement;
  const said = make('p', { role: 'alert' });
  const show = button(
    'Show the commands that remove it',
    'Show the commands that remove the plan',
    () => {
      if (field.value.trim() === plan) void other('destroy', said);
      else said.textContent = `Type ${plan} to go on.`;
    },
    'danger',
  );
  return make(
    'section',
    {},
    make('h2', {}, 'Teardown'),
    fold(
      'Remove everything in this plan',
      make(
        'div',
        { class: 'teardown' },
        make(
          'p',
          {},
          'This takes away what the plan made, in reverse order, after last snapshots. Backups stay. Nothing is removed before you run the commands yourself.',
        ),
        make('p', {}, make('label', { for: 'name' }, `Type the plan's name, ${plan}: `), field, ' ', show),
        said,
      ),
    ),
  );
}

/** The other way of the same plan: from the page itself where it was saved, else by asking the server again. */
async function other(action: 'create' | 'destroy', said: HTMLElement): Promise<void> {
  const kept = saved?.[action];
  if (kept !== undefined) return show(kept);
  try {
    const result = await (host as Host).callTool(TOOL, { ...asked, action, as: 'steps' });
    if (result.isError || result.structuredContent === undefined) throw new Error(result.content?.[0]?.text ?? 'no answer');
    show(result.structuredContent as Answer);
  } catch (error) {
    said.textContent = `It could not be asked for: ${error instanceof Error ? error.message : 'no answer'}. Ask in the chat for the teardown of this plan.`;
  }
}

function show(answer: Answer): void {
  const { plan = 'main', steps = [], script, preflight = [], env = [], warnings = [], assumptions = [], kept = [], confirm = '' } = answer;
  const gone = removes(answer);
  const opens = steps.flatMap(({ effects = [] }) =>
    effects.filter(({ kind }) => kind === 'exposes').map(({ port = '', what = '' }) => `${port} of ${what}`),
  );
  const final = steps.flatMap(({ effects = [] }) =>
    effects.filter(({ kind }) => kind === 'destroys' || kind === 'interrupts').map(({ kind, what = '' }) => `${kind} ${what}`),
  );
  const drawing = gone ? undefined : diagram(steps);
  document.title = `Plan ${plan}`;
  const said = make('p', { role: 'alert' });
  main.replaceChildren(
    make('h1', {}, gone ? `Remove plan ${plan}` : `Plan ${plan}`),
    make('p', { class: 'price' }, gone ? `Ends ${total(answer)}` : total(answer)),
    ...(confirm === '' ? [] : [make('p', {}, confirm)]),
    make('p', { class: 'quiet' }, 'Nothing has been run. Read, confirm, and run the commands yourself, in this order.'),
    ...[
      note('bad', 'Cannot be undone', gone ? final : []),
      note('warn', 'Interrupts', gone ? [] : final),
      note('warn', 'Open to the internet', [...new Set(opens)]),
      note('warn', 'Warnings', warnings),
      note('', 'Stays, and is billed', kept),
      assumptions.length === 0
        ? undefined
        : fold(`Assumed (${assumptions.length})`, make('ul', {}, ...assumptions.map((one) => make('li', {}, one)))),
      note(
        '',
        'Set in your shell first',
        env.map(({ name, purpose = '' }) => `${name}: ${purpose}`),
      ),
    ].filter((one) => one !== undefined),
    ...(gone && (saved?.create !== undefined || host !== undefined)
      ? [
          make(
            'p',
            {},
            button('Back to the plan', 'Back to the plan', () => void other('create', said)),
          ),
          said,
        ]
      : []),
    ...(drawing === undefined ? [] : [make('figure', { class: 'scroll', tabindex: '0' }, drawing)]),
    ...(preflight.length === 0
      ? []
      : [
          make(
            'section',
            {},
            make('h2', {}, 'Before the first step'),
            ...preflight.map(({ title = '', command = '', fix = '' }) =>
              fold(
                title,
                make(
                  'div',
                  { class: 'head' },
                  button('Copy', `Copy the check: ${title}`, (self) => void copy(command, self)),
                ),
                code(command, title),
                make('p', { class: 'quiet' }, fix),
              ),
            ),
          ),
        ]),
    ...(steps.length === 0 ? [] : [stepList(answer)]),
    ...(script === undefined
      ? []
      : [
          make(
            'section',
            {},
            make('h2', {}, 'Script'),
            make(
              'p',
              {},
              button('Copy the script', 'Copy the script', (self) => void copy(script, self), 'main'),
            ),
            code(script, 'Script'),
          ),
        ]),
    ...[money(answer), teardown(answer)].filter((one) => one !== undefined),
    status,
  );
  (main.querySelector('h1') as HTMLElement).setAttribute('tabindex', '-1');
}

function theme(name: string): void {
  if (name === 'light' || name === 'dark') document.documentElement.dataset.theme = name;
}

const embedded = document.getElementById('data');
if (embedded !== null) {
  saved = JSON.parse(embedded.textContent ?? '{}') as Saved;
  show(saved.create ?? saved.destroy ?? {});
} else if (window.parent !== window) {
  connect('1', {
    theme,
    input: (args) => {
      asked = args;
    },
    result: ({ structuredContent, isError, content }) => {
      if (structuredContent !== undefined && isError !== true) show(structuredContent as Answer);
      else
        main.replaceChildren(
          make('p', { class: 'note bad' }, content?.find(({ type }) => type === 'text')?.text ?? 'There is no plan to show.'),
        );
    },
  })
    .then((connected) => {
      host = connected;
      new ResizeObserver(() => connected.resized(Math.ceil(document.documentElement.getBoundingClientRect().height))).observe(
        document.body,
      );
    })
    .catch(() => {
      main.replaceChildren(make('p', { class: 'note bad' }, 'The program that frames this page does not answer.'));
    });
}
