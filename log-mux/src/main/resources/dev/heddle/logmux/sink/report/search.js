// Looks through all logs, a block at a time, so that the page stays alive. Words are looked for in a whole block at once: most
// blocks have none of them, and are never taken apart into lines.
const MOST_FOUND = 2000;
const SHOWN_LENGTH = 400;
const PAUSE_MILLIS = 40;
/** Blocks that are unpacked while another one is searched. */
const AHEAD = 3;

/** What finds a place in a line, and what tells of a text of many lines whether it is worth to look at each. */
const matcher = (words, regex, exact) => {
  if (regex) {
    const expression = new RegExp(words, exact ? 'gu' : 'giu');
    return {
      any: () => true,
      find: text => {
        expression.lastIndex = 0;
        const found = expression.exec(text);
        return found && found[0] ? [found.index, found.index + found[0].length] : null;
      },
    };
  }
  // Of capitals that change their length in lower case a place would be told wrong.
  const fold = text => {
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text;
  };
  const wanted = exact ? words : fold(words);
  return {
    any: text => (exact ? text : text.toLowerCase()).includes(wanted),
    find: text => {
      const at = (exact ? text : fold(text)).indexOf(wanted);
      return at < 0 ? null : [at, at + wanted.length];
    },
  };
};

class SearchView {
  constructor(words, regex, exact) {
    this.words = words;
    this.regex = regex;
    this.exact = exact;
    this.hidden = new Set();
  }

  open(view) {
    // An address may have brought us here, and the words are to be changed where words are entered.
    byId('words').value = this.words;
    byId('regex').checked = this.regex;
    byId('case').checked = this.exact;
    this.status = make('p', { class: 'facts', role: 'status' });
    this.list = make('div', { class: 'found' });
    this.chips = make('div', { class: 'chips', role: 'group', 'aria-label': 'Channels' });
    view.replaceChildren(make('div', { class: 'head' }, make('h1', null, `\u201c${this.words}\u201d`), this.status), this.chips, this.list);
    this.drawChips();
    this.run();
  }

  close() {
    this.stopped = true;
  }

  drawChips() {
    const present = new Array(8).fill(0);
    report.blocks.forEach(block => block.counts.forEach((count, i) => { present[i] += count; }));
    this.chips.replaceChildren(...SHOWN.map((name, channel) => present[channel]
      ? make('button', {
        type: 'button', class: `chip on-${name}`, 'aria-pressed': String(!this.hidden.has(channel)),
        onclick: () => {
          if (!this.hidden.delete(channel)) {
            this.hidden.add(channel);
          }
          this.drawChips();
          this.run();
        },
      }, name) : null).filter(chip => chip));
  }

  async run() {
    const turn = this.turn = (this.turn || 0) + 1;
    let match;
    try {
      match = matcher(this.words, this.regex, this.exact);
    } catch (problem) {
      this.status.textContent = problem.message;
      return;
    }
    this.list.replaceChildren();
    this.groups = new Map();
    let found = 0;
    let paused = performance.now();
    const ahead = [];
    for (let number = 0; number < report.blocks.length; number++) {
      while (ahead.length <= AHEAD && number + ahead.length < report.blocks.length) {
        ahead.push(report.text(number + ahead.length));
      }
      const text = await ahead.shift();
      if (this.stopped || turn !== this.turn) {
        return;
      }
      found += this.look(number, text, match, found);
      if (performance.now() - paused > PAUSE_MILLIS) {
        this.status.textContent = `${plural(found, 'line', 'lines')}\u2026 ${Math.round(100 * number / report.blocks.length)} %`;
        await new Promise(done => setTimeout(done));
        paused = performance.now();
      }
    }
    this.status.textContent = `${plural(found, 'line', 'lines')} in ${plural(this.groups.size, 'task', 'tasks')}`
      + (found > MOST_FOUND ? `; the first ${MOST_FOUND.toLocaleString('en')} are shown` : '');
    this.list.classList.toggle('empty', found === 0);
    this.status.dataset.done = String(found);
  }

  look(number, text, match, before) {
    const plain = plainText(text.slice(text.indexOf('\n') + 1));
    if (!match.any(plain)) {
      return 0;
    }
    const block = report.parse(number, text);
    const lines = plain.split('\n');
    const counted = new Map();
    let found = 0;
    for (let i = 0; i < block.lines.length; i++) {
      const source = block.sources[i];
      const line = (counted.has(source) ? counted.get(source) : report.linesBefore(source, number)) + 1;
      counted.set(source, line);
      if (this.hidden.has(block.channels[i] & 7)) {
        continue;
      }
      const range = match.find(lines[i]);
      const job = report.bySource.get(source);
      if (range && (!job || tasks.passes(job))) {
        found++;
        this.show(job, source, line, block.lines[i], range, before + found);
      }
    }
    return found;
  }

  show(job, source, line, text, range, count) {
    let group = this.groups.get(source);
    if (!group) {
      group = make('section', { class: `hits is-${job ? job.state : 'unknown'}` },
        make('h2', null, make('span', { class: 'dot' }), job ? make('a', { href: addressOf(job) }, job.name) : 'engine'));
      this.groups.set(source, group);
      if (count <= MOST_FOUND) {
        this.list.append(group);
      }
    }
    if (count > MOST_FOUND) {
      return;
    }
    // Of a long line the part around what was found.
    const plain = plainText(text);
    const from = Math.max(0, range[0] - SHOWN_LENGTH / 4);
    const short = plain.length > SHOWN_LENGTH;
    const nodes = short
      ? lineNodes(plain.slice(from, from + SHOWN_LENGTH), [range[0] - from, range[1] - from])
      : lineNodes(text, range);
    const attributes = { class: 'hit', href: job ? addressOf(job, line) : null, onclick: () => { marked = range; } };
    group.append(make(job ? 'a' : 'div', attributes,
      make('span', { class: 'number', 'data-number': String(line) }), make('span', { class: 'text' }, short && from ? '\u2026' : '', ...nodes)));
  }
}

/** What was found in the line that is opened next. */
let marked = null;
