// The log of one job, or everything in the order in which it was shown.
const LINE_HEIGHT = 19;

/** Lines of a source, or of all, on some channels: where each stands. */
class Selection {
  constructor(source, channels) {
    this.source = source;
    this.channels = channels;
    this.known = new Map();
    this.places = [];
    let rows = 0;
    let lines = 0;
    for (const place of report.placesOf(source)) {
      const count = place.counts.reduce((sum, each, channel) => sum + (channels.has(channel) ? each : 0), 0);
      const all = place.counts.reduce((sum, each) => sum + each, 0);
      if (count) {
        this.places.push({ block: place.block, row: rows, line: lines });
      }
      rows += count;
      lines += all;
    }
    this.total = rows;
    this.lines = lines;
  }

  placeAt(row) {
    let low = 0;
    let high = this.places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.places[middle].row <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return this.places[low];
  }

  // Of a block: which of its lines are meant, and the number of each.
  inBlock(block) {
    let found = this.known.get(block.number);
    if (!found) {
      found = { at: [], rank: [] };
      let rank = 0;
      for (let i = 0; i < block.lines.length; i++) {
        if (this.source === null || block.sources[i] === this.source) {
          if (this.channels.has(block.channels[i] & 7)) {
            found.at.push(i);
            found.rank.push(rank);
          }
          rank++;
        }
      }
      this.known.set(block.number, found);
      if (this.known.size > KEPT_BLOCKS) {
        this.known.delete(this.known.keys().next().value);
      }
    }
    return found;
  }

  async row(row) {
    const place = this.placeAt(row);
    const block = await report.block(place.block);
    const found = this.inBlock(block);
    const at = found.at[row - place.row];
    return {
      line: place.line + found.rank[row - place.row] + 1,
      text: block.lines[at],
      source: block.sources[at],
      channel: block.channels[at] & 7,
      goesOn: (block.channels[at] & GOES_ON) !== 0,
      time: block.times[at],
    };
  }

  /** The row of a line, or of the next that is shown. */
  async rowOf(line) {
    let place = this.places[0];
    for (const each of this.places) {
      if (each.line < line) {
        place = each;
      }
    }
    if (!place) {
      return 0;
    }
    const found = this.inBlock(await report.block(place.block));
    let at = found.rank.findIndex(rank => place.line + rank + 1 >= line);
    at = at < 0 ? found.rank.length - 1 : at;
    return place.row + at;
  }
}

class LogView {
  constructor(job, line, found) {
    this.job = job;
    this.line = line;
    this.found = found;
    this.hidden = new Set();
    this.rows = new Map();
    this.box = make('div', { class: 'window log', tabindex: '0', role: 'region', 'aria-label': 'Log' });
    this.chips = make('div', { class: 'chips', role: 'group', 'aria-label': 'Channels' });
  }

  get source() {
    return this.job ? this.job.source : null;
  }

  open(view) {
    view.replaceChildren(this.head(), this.chips, this.box);
    this.window = new RowWindow(this.box, LINE_HEIGHT, row => this.draw(row));
    const present = new Array(8).fill(0);
    report.placesOf(this.source).forEach(place => place.counts.forEach((count, i) => { present[i] += count; }));
    this.present = present;
    this.select();
    if (this.line) {
      this.selection.rowOf(this.line).then(row => this.window.show(row, true));
    }
    this.box.focus({ preventScroll: true });
  }

  close() {
    this.window.close();
  }

  select() {
    const channels = new Set(SHOWN.keys());
    this.hidden.forEach(channel => channels.delete(channel));
    this.selection = new Selection(this.source, channels);
    this.rows.clear();
    this.chips.replaceChildren(...this.present.map((count, channel) => count
      ? make('button', {
        type: 'button', class: `chip on-${SHOWN[channel]}`, 'aria-pressed': String(!this.hidden.has(channel)),
        onclick: () => this.toggle(channel),
      }, SHOWN[channel], make('small', null, count.toLocaleString('en')))
      : null).filter(chip => chip));
    this.chips.hidden = this.present.filter(count => count).length < 2;
    this.window.resize(this.selection.total);
    this.box.classList.toggle('empty', this.selection.total === 0);
  }

  toggle(channel) {
    if (!this.hidden.delete(channel)) {
      this.hidden.add(channel);
    }
    this.select();
  }

  head() {
    if (!this.job) {
      return make('div', { class: 'head' },
        make('h1', null, 'Everything'),
        make('p', { class: 'facts' }, 'All that was said, in the order in which it was shown.'));
    }
    const job = this.job;
    const others = report.jobs.filter(each => each.name === job.name);
    return make('div', { class: `head is-${job.state}` },
      make('h1', null, make('span', { class: 'dot' }), job.name),
      make('p', { class: 'facts' },
        make('b', { class: 'end' }, endOf(job)),
        ...[timeText(job.length), sizeText(job.bytes), `on ${job.host}`, job.component ? `of ${job.component}` : '']
          .filter(text => text).map(text => make('span', null, text)),
        job.critical ? make('span', { class: 'on-path-note' }, 'on the critical path') : '',
        others.length > 1 ? make('span', null, 'attempts ', ...others.map(each =>
          make('a', { href: addressOf(each), 'aria-current': each === job ? 'true' : null }, String(each.attempt)))) : ''),
      job.description ? make('pre', { class: 'command' }, job.description) : '');
  }

  draw(row) {
    const known = this.rows.get(row);
    const element = make('div', { class: 'line' });
    if (known) {
      this.fill(element, known);
    } else {
      this.selection.row(row).then(found => {
        this.rows.set(row, found);
        if (this.rows.size > 2000) {
          this.rows.delete(this.rows.keys().next().value);
        }
        this.fill(element, found);
      }).catch(problem => element.replaceChildren(make('span', { class: 'text' }, String(problem.message))));
    }
    return element;
  }

  fill(element, row) {
    const job = report.bySource.get(row.source);
    element.classList.add(`on-${SHOWN[row.channel]}`);
    element.classList.toggle('target', row.line === this.line);
    const number = row.goesOn ? '\u21b3' : String(row.line);
    const owner = this.job || job;
    const gutter = [
      this.job ? make('a', { class: 'number', href: addressOf(owner, row.line), 'data-number': number, title: 'Link to this line' })
        : make('span', { class: 'number', 'data-number': number }),
      make('span', { class: 'time', 'data-number': clockText(row.time) }),
    ];
    if (!this.job) {
      gutter.push(job ? make('a', { class: 'who', href: addressOf(job), title: job.name, 'data-number': job.name })
        : make('span', { class: 'who', 'data-number': 'engine' }));
    }
    const found = row.line === this.line ? this.found : null;
    element.replaceChildren(...gutter, make('span', { class: 'text' }, ...lineNodes(row.text, found)));
  }
}
