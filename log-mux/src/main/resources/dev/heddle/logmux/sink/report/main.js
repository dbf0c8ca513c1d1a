// The first look at a build, and the way from addresses to views.
let tasks = null;

const openEnd = () => report.jobs.filter(job => job.end < 0).length;

const verdict = () => {
  const finished = report.fact('finished');
  const failed = report.jobs.filter(isFailure).length;
  if (finished ? finished[2] === '0' : failed > 0) {
    return ['failed', finished && finished[3] ? `stopped: ${finished[3]}` : 'failed'];
  }
  return finished ? ['done', 'succeeded'] : openEnd() ? ['unknown', 'not finished'] : ['done', 'no failure'];
};

const fillTop = () => {
  const [state, text] = verdict();
  byId('verdict').className = `pill is-${state}`;
  byId('verdict').textContent = text;
  const bytes = report.jobs.reduce((sum, job) => sum + job.bytes, 0);
  const when = report.epoch ? new Date(report.epoch).toLocaleString() : '';
  const ends = report.fact('counts');
  const counted = ends ? ['succeeded', 'failed', 'not finished', 'up to date']
    .map((what, i) => +ends[2 + i] ? `${ends[2 + i]} ${what}` : '').concat(
      +ends[6] ? plural(+ends[6], 'error', 'errors') : '', +ends[7] ? plural(+ends[7], 'warning', 'warnings') : '')
    .filter(each => each).join(', ') : '';
  byId('counts').textContent = [counted || plural(report.jobs.length, 'job', 'jobs'), timeText(report.millis), `${sizeText(bytes)} of output`, when]
    .filter(each => each).join(' \u00b7 ');
  document.title = `${state === 'failed' ? '\u2717' : '\u2713'} Build report: ${text}`;
};

const table = (title, jobs, extra) => jobs.length
  ? make('section', { class: 'card' }, make('h2', null, title),
    make('ul', { class: 'jobs' }, ...jobs.map(job => make('li', null,
      make('a', { class: `row is-${job.state}`, href: addressOf(job) },
        make('span', { class: 'dot' }), make('span', { class: 'name' }, job.name), extra(job))))))
  : null;

// A job that was cut off failed as well, but has no words in the summary.
const failures = () => {
  const told = report.failures.filter(failure => failure.job);
  const jobs = new Set(told.map(failure => failure.job));
  return told.concat(report.jobs.filter(job => isFailure(job) && !jobs.has(job)).map(job => ({ job, lines: [] })));
};

const failed = all => all.length
  ? make('section', { class: 'card' }, make('h2', null, 'Failed'),
    make('ul', { class: 'jobs' }, ...all.map(({ job, lines }) => make('li', null,
      make('a', { class: `row is-${job.state}`, href: addressOf(job) },
        make('span', { class: 'dot' }), make('span', { class: 'name' }, job.name),
        make('span', { class: 'why' }, endOf(job))),
      lines.length ? make('pre', { class: 'lines' }, lines.join('\n')) : null))))
  : null;

const spread = (job, text, longest) => {
  const bar = make('i', { class: 'bar' });
  bar.style.width = `${Math.max(1, 100 * job.length / Math.max(1, longest))}%`;
  return make('span', { class: 'share' }, make('span', { class: 'track' }, bar), make('b', null, text));
};

class Overview {
  open(view) {
    this.timeline = new Timeline();
    const slowest = [...report.jobs].sort((a, b) => b.length - a.length).slice(0, 10);
    const path = report.fact('path');
    const omitted = path ? +path[3] : 0;
    const kept = report.facts.filter(fact => fact[0] === 'kept').map(fact => fact[2]);
    const facts = report.facts.filter(fact => ['down', 'refused', 'lock', 'stopping'].includes(fact[0]));
    view.replaceChildren(make('div', { class: 'overview' },
      failed(failures().slice(0, 100)),
      make('section', { class: 'card' }, make('h2', null, 'Timeline'), this.timeline.element),
      make('div', { class: 'columns' },
        path ? table(`Critical path \u2014 ${timeText(+path[2])}${omitted ? `, ${omitted} earlier tasks left out` : ''}`, report.path,
          job => spread(job, timeText(job.length), slowest[0].length)) : null,
        table('Slowest', slowest, job => spread(job, timeText(job.length), slowest[0].length))),
      facts.length ? make('section', { class: 'card' }, make('h2', null, 'What else happened'),
        make('ul', { class: 'events' }, ...facts.slice(0, 200).map(fact =>
          make('li', null, make('time', null, clockText(+fact[1])), ` ${fact[0]} `, fact.slice(2).join(': '))))) : null,
      make('p', { class: 'all' }, make('a', { href: '#/all' }, 'Everything that was said, in order')),
      kept.length ? make('p', { class: 'kept' }, `Recorded in ${kept.join(', ')}`) : null));
  }

  close() {
    this.timeline.close();
  }
}

const placeOf = hash => {
  if (hash === '/all') {
    return new LogView(null, 0, null);
  }
  if (hash.startsWith('/search/')) {
    const [flags, words] = hash.slice(8).split('/');
    return new SearchView(decodeURIComponent(words || ''), flags.includes('r'), flags.includes('c'));
  }
  const found = /^([^/@]+)(?:@(\d+))?(?:\/(\d+))?$/.exec(hash);
  const name = found && decodeURIComponent(found[1]);
  const job = found && report.byName.get(found[2] ? `${name}\u001f${+found[2]}` : name);
  const range = marked;
  marked = null;
  return job ? new LogView(job, +found[3] || 0, range) : new Overview();
};

let shown = null;

const route = () => {
  let next;
  try {
    next = placeOf(location.hash.slice(1));
  } catch (problem) {
    next = new Overview();
  }
  if (shown) {
    shown.close();
  }
  shown = next;
  document.body.classList.toggle('inside', !(next instanceof Overview));
  byId('tip').hidden = true;
  next.open(byId('view'));
  tasks.choose(next.job || null);
  if (tasks.keepFocus) {
    tasks.keepFocus = false;
    byId('list').focus({ preventScroll: true });
  }
};

const search = () => {
  const words = byId('words').value;
  if (words) {
    const flags = `${byId('regex').checked ? 'r' : ''}${byId('case').checked ? 'c' : ''}` || '-';
    location.hash = `/search/${flags}/${encodeURIComponent(words)}`;
  }
};

const keys = event => {
  if (event.target.matches('input, select') || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === 'Escape') {
      event.target.blur();
    }
    return;
  }
  if (event.key === '/') {
    event.preventDefault();
    byId('words').focus();
  } else if (event.key === 'f') {
    event.preventDefault();
    byId('filter').focus();
  } else if (event.key === 'Escape') {
    location.hash = '';
  }
};

const begin = async () => {
  await report.load();
  fillTop();
  tasks = new TaskList();
  addEventListener('hashchange', route);
  addEventListener('keydown', keys);
  byId('search').addEventListener('submit', event => {
    event.preventDefault();
    search();
  });
  ['regex', 'case'].forEach(id => byId(id).addEventListener('change', search));
  route();
  document.body.dataset.ready = 'true';
};

begin().catch(problem => {
  byId('view').replaceChildren(make('p', { class: 'note' }, `This report cannot be shown: ${problem.message}`));
});
