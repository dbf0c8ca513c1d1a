// What is in the page: everything of the build stands in it as base64 of zlib, never as markup.
const SHOWN = ['stdout', 'stderr', 'error', 'warning', 'message', 'verbose', 'trace', 'console'];
const GOES_ON = 8;
const KEPT_BLOCKS = 48;

const bytesOf = text => {
  if (Uint8Array.fromBase64) {
    return Uint8Array.fromBase64(text);
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
};

// Decodes as it comes: Response.text() takes twice as long.
const inflate = async text => {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const written = Promise.all([writer.write(bytesOf(text)), writer.close()]);
  const reader = stream.readable.getReader();
  const decoder = new TextDecoder();
  let plain = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    plain += decoder.decode(piece.value, { stream: true });
  }
  await written;
  return plain + decoder.decode();
};

const part = async id => {
  const blocks = document.getElementById(id).textContent.split(' ').filter(block => block);
  return (await Promise.all(blocks.map(inflate))).join('');
};

const records = async id => (await part(id)).split('\n').slice(0, -1).map(line => line.split('\u001f'));

const isFailure = job => job.kind === 'FAILED' || job.kind === 'TIMED_OUT' || (job.kind === 'EXITED' && job.exit !== '0');

const STATES = {
  failed: { name: 'failed', test: isFailure },
  done: { name: 'done', test: job => job.kind === 'SUCCEEDED' || (job.kind === 'EXITED' && job.exit === '0') },
  kept: { name: 'up to date', test: job => job.kind === 'UP_TO_DATE' || job.kind === 'SUBSTITUTED' },
  stopped: { name: 'stopped', test: job => ['CANCELLED', 'SKIPPED', 'LOCKED', 'IGNORED'].includes(job.kind) },
  unknown: { name: 'no end known', test: () => true },
};

const stateOf = job => Object.keys(STATES).find(state => STATES[state].test(job));

const endOf = job => job.summary
  || (job.kind === 'EXITED' ? `exit code ${job.exit}` : job.kind.toLowerCase().replace(/_/g, ' '));

/** The jobs, the facts, and which block has how many lines of whom. */
class Report {
  async load() {
    const [jobs, facts, index] = await Promise.all([records('jobs'), records('facts'), part('index')]);
    this.jobs = jobs.map(field => ({
      source: +field[0], name: field[1], component: field[2], description: field[3], host: field[4],
      attempt: +field[5], start: +field[6], end: field[7] === '' ? -1 : +field[7], kind: field[8], exit: field[9],
      summary: field[10], bytes: +field[11], critical: false,
    }));
    this.jobs.sort((a, b) => a.start - b.start || a.source - b.source);
    this.facts = facts;
    const bySource = new Map();
    const byName = new Map();
    for (const job of this.jobs) {
      job.state = stateOf(job);
      bySource.set(job.source, job);
      byName.set(job.name, job);
      byName.set(`${job.name}\u001f${job.attempt}`, job);
    }
    this.bySource = bySource;
    this.byName = byName;
    this.millis = +this.fact('end')[1];
    for (const job of this.jobs) {
      job.length = (job.end < 0 ? this.millis : job.end) - job.start;
    }
    this.path = facts.filter(fact => fact[0] === 'on').map(fact => byName.get(fact[1])).filter(job => job);
    this.path.forEach(job => { job.critical = true; });
    this.readFailures();
    this.readIndex(index);
    const [folder, firsts] = (new TextDecoder()).decode(bytesOf(document.getElementById('folder').textContent)).split('\n');
    this.folder = folder;
    this.firsts = firsts ? firsts.split(' ').map(Number) : [];
    this.waiting = new Map();
    this.parts = new Map();
    this.cache = new Map();
  }

  fact(kind) {
    return this.facts.find(fact => fact[0] === kind);
  }

  /** The lines that matter of what the jobs that failed said: they follow their failure. */
  readFailures() {
    this.failures = [];
    for (const fact of this.facts) {
      if (fact[0] === 'failure') {
        const job = this.byName.get(`${fact[2]}\u001f${+fact[3]}`);
        this.failures.push({ job, lines: [] });
      } else if (fact[0] === 'line') {
        this.failures[this.failures.length - 1].lines.push(fact[1]);
      }
    }
  }

  /** Wall time at which the journal's time was 0, or none. */
  get epoch() {
    const session = this.fact('session');
    return session ? +session[2] - +session[1] : 0;
  }

  readIndex(text) {
    // Of each source: which blocks have lines of it, and how many by channel.
    this.places = new Map();
    this.blocks = [];
    text.split('\n').slice(0, -1).forEach((line, block) => {
      const all = new Array(8).fill(0);
      for (const entry of line.split(' ')) {
        if (!entry) {
          continue;
        }
        const [source, channel, count] = entry.split('.').map(number => parseInt(number, 36));
        all[channel] += count;
        let places = this.places.get(source);
        if (!places) {
          this.places.set(source, places = []);
        }
        let place = places[places.length - 1];
        if (!place || place.block !== block) {
          places.push(place = { block, counts: new Array(8).fill(0), before: place ? place.before + place.lines : 0, lines: 0 });
        }
        place.counts[channel] += count;
        place.lines += count;
      }
      this.blocks.push({ block, counts: all });
    });
  }

  /** Where the lines of a source stand, or all lines for none. */
  placesOf(source) {
    return source === null ? this.blocks : this.places.get(source) || [];
  }

  /** How many lines a source has before a block that has some of it. */
  linesBefore(source, block) {
    const places = this.places.get(source);
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle].block < block) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return places[low].before;
  }

  /** The text of a block as it was written. */
  async text(number) {
    return inflate(await this.compressed(number));
  }

  /** A block with its lines, for each of which it is known who said it, on what, and when. */
  block(number) {
    let found = this.cache.get(number);
    if (found) {
      this.cache.delete(number);
    } else {
      found = this.text(number).then(text => this.parse(number, text));
    }
    this.cache.set(number, found);
    if (this.cache.size > KEPT_BLOCKS) {
      this.cache.delete(this.cache.keys().next().value);
    }
    return found;
  }

  parse(number, text) {
    const end = text.indexOf('\n');
    const lines = text.slice(end + 1).split('\n');
    lines.pop();
    const sources = new Int32Array(lines.length);
    const channels = new Uint8Array(lines.length);
    const times = new Float64Array(lines.length);
    let at = 0;
    for (const run of text.slice(0, end).split(' ')) {
      if (run) {
        const [source, channel, time, count] = run.split('.').map(part => parseInt(part, 36));
        sources.fill(source, at, at + count);
        channels.fill(channel, at, at + count);
        times.fill(time, at, at + count);
        at += count;
      }
    }
    return { number, lines, sources, channels, times };
  }

  async compressed(number) {
    if (!this.folder) {
      let element = document.getElementById(`b${number}`);
      // The last one that is there while the page comes in may be there in part.
      if (!(element && element.nextElementSibling) && document.readyState === 'loading') {
        await new Promise(done => document.addEventListener('DOMContentLoaded', done, { once: true }));
        element = document.getElementById(`b${number}`);
      }
      return element.textContent;
    }
    let file = this.firsts.length - 1;
    while (this.firsts[file] > number) {
      file--;
    }
    const blocks = await this.partFile(file);
    return blocks[number - this.firsts[file]];
  }

  // A page from a disk may fetch nothing, but it may run a script of its own.
  partFile(file) {
    let found = this.parts.get(file);
    if (!found) {
      found = new Promise((done, failed) => {
        this.waiting.set(this.firsts[file], done);
        const script = document.createElement('script');
        script.nonce = NONCE;
        script.onerror = () => failed(new Error(`${this.folder} is not beside this page`));
        script.onload = () => script.remove();
        script.src = `${encodeURIComponent(this.folder)}/${String(file).padStart(5, '0')}.js`;
        document.head.append(script);
      });
      this.parts.set(file, found);
      if (this.parts.size > 6) {
        this.parts.delete(this.parts.keys().next().value);
      }
    }
    return found;
  }

  arrived(first, blocks) {
    const done = this.waiting.get(first);
    if (done) {
      done(blocks);
    }
  }
}

const NONCE = document.currentScript.nonce;
const report = new Report();
window.heddleBlocks = (first, blocks) => report.arrived(first, blocks);
