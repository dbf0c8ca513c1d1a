// The list of tasks at the side.
const ROW_HEIGHT = 44;

class TaskList {
  constructor() {
    this.states = new Set(Object.keys(STATES));
    this.box = byId('list');
    this.window = new RowWindow(this.box, ROW_HEIGHT, row => this.draw(row));
    this.chosen = null;
    byId('filter').addEventListener('input', () => this.select());
    byId('order').addEventListener('change', () => this.select());
    this.box.addEventListener('keydown', event => this.key(event));
    this.counts = {};
    for (const job of report.jobs) {
      this.counts[job.state] = (this.counts[job.state] || 0) + 1;
    }
    this.drawChips();
    this.select();
  }

  drawChips() {
    byId('states').replaceChildren(...Object.keys(STATES).filter(state => this.counts[state]).map(state =>
      make('button', {
        type: 'button', class: `chip is-${state}`, 'aria-pressed': String(this.states.has(state)),
        onclick: () => this.toggle(state),
      }, make('span', { class: 'dot' }), STATES[state].name, make('small', null, this.counts[state].toLocaleString('en')))));
  }

  toggle(state) {
    const present = Object.keys(STATES).filter(each => this.counts[each]);
    const all = present.every(each => this.states.has(each));
    if (all) {
      this.states = new Set([state]);
    } else if (!this.states.delete(state)) {
      this.states.add(state);
    }
    if (!present.some(each => this.states.has(each))) {
      this.states = new Set(Object.keys(STATES));
    }
    this.drawChips();
    this.select();
  }

  /** Whether a job is among those that are shown. */
  passes(job) {
    const words = byId('filter').value.trim().toLowerCase();
    return this.states.has(job.state)
      && (!words || `${job.name} ${job.component} ${job.host}`.toLowerCase().includes(words));
  }

  select() {
    const orders = {
      start: () => 0,
      time: (a, b) => b.length - a.length,
      bytes: (a, b) => b.bytes - a.bytes,
      name: (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }),
    };
    this.jobs = report.jobs.filter(job => this.passes(job)).sort(orders[byId('order').value]);
    this.window.resize(this.jobs.length);
    this.box.classList.toggle('empty', this.jobs.length === 0);
  }

  choose(job) {
    this.chosen = job;
    const row = this.jobs.indexOf(job);
    if (row >= 0) {
      this.window.show(row, false);
    } else {
      this.window.render();
    }
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }[event.key];
    if (!step || !this.jobs.length) {
      return;
    }
    event.preventDefault();
    const at = this.jobs.indexOf(this.chosen);
    const next = this.jobs[Math.max(0, Math.min(this.jobs.length - 1, at + step))];
    this.keepFocus = true;
    location.hash = addressOf(next);
  }

  draw(row) {
    const job = this.jobs[row];
    return make('a', {
      class: `task is-${job.state}${job.critical ? ' on-path' : ''}`, href: addressOf(job), role: 'option', tabindex: '-1',
      title: job.name, 'aria-selected': String(job === this.chosen),
    },
    make('span', { class: 'dot', title: STATES[job.state].name }),
    make('span', { class: 'name' }, job.name),
    make('span', { class: 'took' }, timeText(job.length)),
    make('span', { class: 'more' },
      [job.state === 'failed' ? endOf(job) : '', job.component, job.host, job.attempt > 1 ? `attempt ${job.attempt}` : '']
        .filter(text => text).join(' \u00b7 ')),
    make('span', { class: 'size' }, job.bytes ? sizeText(job.bytes) : ''));
  }
}
