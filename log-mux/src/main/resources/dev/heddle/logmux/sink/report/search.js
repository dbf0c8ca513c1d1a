// Looks through all logs, a block at a time, so that the page stays alive.
const MOST_FOUND = 2000;
const SHOWN_LENGTH = 400;

const matcher = (words, regex, exact) => {
  if (regex) {
    const expression = new RegExp(words, exact ? 'gu' : 'giu');
    return text => {
      expression.lastIndex = 0;
      const found = expression.exec(text);
      return found && found[0] ? [found.index, found.index + found[0].length] : null;
    };
  }
  // Of capitals that change their length in lower case a place would be told wrong.
  const fold = text => {
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower : text;
  };
  const wanted = exact ? words : fold(words);
  return text => {
    const at = (exact ? text : fold(text)).indexOf(wanted);
    return at < 0 ? null : [at, at + wanted.length];
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
    let find;
    try {
      find = matcher(this.words, this.regex, this.exact);
    } catch (problem) {
      this.status.textContent = problem.message;
      return;
    }
    this.list.replaceChildren();
    this.groups = new Map();
    const counted = new Map();
    let found = 0;
    for (let number = 0; number < report.blocks.length; number++) {
      const block = await report.block(number);
      if (this.stopped || turn !== this.turn) {
        return;
      }
      found += this.look(block, find, counted, found);
      if (number % 8 === 7) {
        this.status.textContent = `${plural(found, 'line', 'lines')}\u2026 ${Math.round(100 * number / report.blocks.length)} %`;
        await new Promise(done => setTimeout(done));
      }
    }
    this.status.textContent = `${plural(found, 'line', 'lines')} in ${plural(this.tasks || 0, 'task', 'tasks')}`
      + (found > MOST_FOUND ? `; the first ${MOST_FOUND.toLocaleString('en')} are shown` : '');
    this.list.classList.toggle('empty', found === 0);
    this.status.dataset.done = String(found);
  }

  look(block, find, counted, before) {
    let found = 0;
    this.tasks = before === 0 && block.number === 0 ? 0 : this.tasks;
    for (let i = 0; i < block.lines.length; i++) {
      const source = block.sources[i];
      const line = (counted.get(source) || 0) + 1;
      counted.set(source, line);
      if (this.hidden.has(block.channels[i] & 7)) {
        continue;
      }
      const range = find(plainText(block.lines[i]));
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
      this.tasks = (this.tasks || 0) + 1;
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
