package dev.heddle.store.local;

import dev.heddle.core.BuildService;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.Store;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A store in directories of this machine, which real Nix can read and write too.
 *
 * <p><b>Threads and processes.</b> Any number of threads; any number of processes, each with one opener of a store. A thread
 * of the store's own publishes what is added; it ends with {@link #close}.
 *
 * <p><b>Durability.</b> What an operation has reported valid stays valid with its content after a power cut at any moment.
 *
 * <p><b>Failure.</b> {@link dev.heddle.store.StoreException} with the path and the cause; nothing half-made becomes valid, and
 * the store can be used further. After {@code close} every operation throws {@link IllegalStateException}.
 */
public final class LocalStore implements Store {

    private final StoreParts parts;
    private final StoreServices services;
    private final Exports exports;
    private final LocalBuilder builder;
    private volatile boolean closed;

    LocalStore(StoreParts parts, StoreServices services) {
        this.parts = parts;
        this.services = services;
        this.exports = new Exports(services.database(), services.store());
        this.builder = new LocalBuilder(this, System::nanoTime);
    }

    /** Opens the store of its own in {@code directory}, and makes it first where there is none; see {@link StoreLayout#in}. */
    public static LocalStore open(Path directory) throws IOException {
        return builder(StoreLayout.in(directory)).open();
    }

    /** Says how to open the store in {@code layout}. */
    public static LocalStoreBuilder builder(StoreLayout layout) {
        return new LocalStoreBuilder(layout);
    }

    /** Where everything is. */
    public StoreLayout layout() {
        return parts.layout();
    }

    StoreParts parts() {
        return parts;
    }

    /** The truth about validity. */
    StoreDatabase database() {
        if (closed) {
            throw new IllegalStateException("the store " + parts.layout().real() + " is closed");
        }
        return services.database();
    }

    /** The store directory. */
    Folder folder() {
        return services.store();
    }

    /** Where trees are made; like the next two it fails if the store was opened read-only. */
    Staging staging() throws IOException {
        return writing().staging();
    }

    Publisher publisher() throws IOException {
        return writing().publisher();
    }

    PathKeeper keeper() throws IOException {
        return writing().given().keeper();
    }

    /** Exchanges damaged trees. */
    Replacements replacements() throws IOException {
        return new Replacements(parts, database(), folder(), staging());
    }

    /** The locks of paths. */
    PathLocks locks() throws IOException {
        return writing().given().locks();
    }

    /** Waits until what dead processes left in the staging directory is removed. */
    void awaitSweep() throws IOException {
        writing().sweeper().await();
    }

    private StoreServices.Writing writing() throws IOException {
        database();
        return services.writing();
    }

    @Override
    public String storeDirectory() {
        return parts.layout().storeDirectory();
    }

    /**
     * Adds a copy of a tree: a directory, a file or a symbolic link. References in it are not looked for.
     *
     * @param name the name of the new path
     * @param source what is copied; links in it are copied as links
     * @return the path, which is valid now
     */
    public StorePath addTree(String name, Path source) throws IOException {
        return one(batch -> batch.addTree(name, source));
    }

    private StorePath one(AddBatch.Addition addition) throws IOException {
        try (AddBatch batch = batch()) {
            StorePath path = addition.to(batch);
            batch.commit();
            return path;
        }
    }

    /** Adds a copy of a regular file, named by the SHA-256 of its bytes alone. */
    public StorePath addFile(String name, Path source) throws IOException {
        return addFixed(name, ContentMethod.FLAT, Digest.Algorithm.SHA256, source);
    }

    /** Adds a text with the paths that it refers to, which must be valid. */
    public StorePath addText(String name, byte[] content, Collection<StorePath> references) throws IOException {
        return one(batch -> batch.addText(name, content, references));
    }

    /** Adds a copy of a file or tree, named by a hash of this kind, as the output of a fixed-output derivation is. */
    public StorePath addFixed(String name, ContentMethod method, Digest.Algorithm algorithm, Path source)
            throws IOException {
        return one(batch -> batch.addFixed(name, method, algorithm, source));
    }

    /**
     * Adds the text of a derivation. Everything it refers to must be valid.
     *
     * @param name the derivation's name, without {@code .drv}
     */
    public StorePath addDerivation(String name, Derivation derivation) throws IOException {
        return one(batch -> batch.addDerivation(name, derivation));
    }

    /** Reads a valid derivation. */
    public Derivation readDerivation(StorePath path) throws IOException {
        if (!isValid(path)) {
            throw new StoreException(path + ": is not valid in this store");
        }
        return DerivationFiles.read(path, folder(), RawName.of(path.baseName()));
    }

    /** Begins to add many things at once. */
    public AddBatch batch() {
        return new AddBatch(this);
    }

    @Override
    public void add(PathInfo info, InputStream nar) throws IOException {
        new Arrivals(this).add(info, nar);
    }

    /**
     * Takes what {@link #exportPaths} or {@code nix-store --export} wrote: all of it or nothing. Nothing in an export is
     * signed; who imports it trusts its sender.
     *
     * @return the paths, in the order of the stream
     */
    public List<StorePath> importPaths(InputStream in) throws IOException {
        return new Arrivals(this).importPaths(in);
    }

    /**
     * Writes paths with their content, references first.
     *
     * @param paths valid paths; what they refer to is not added
     * @param out not closed
     */
    public void exportPaths(Collection<StorePath> paths, OutputStream out) throws IOException {
        database();
        exports.export(paths, out);
    }

    @Override
    public void dump(StorePath path, OutputStream out) throws IOException {
        database();
        exports.dump(path, out);
    }

    @Override
    public boolean isValid(StorePath path) throws IOException {
        return database().isValid(path);
    }

    @Override
    public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
        return database().pathInfo(path);
    }

    @Override
    public Optional<StorePath> queryPathFromHashPart(String hashPart) throws IOException {
        // What is no hash part is refused by what a path is made of.
        return database().pathFromHashPart(new StorePath(storeDirectory(), hashPart, "x").hashPart());
    }

    @Override
    public SortedSet<StorePath> queryValid(Collection<StorePath> paths) throws IOException {
        SortedSet<StorePath> valid = new TreeSet<>();
        for (StorePath path : paths) {
            if (isValid(path)) {
                valid.add(path);
            }
        }
        return valid;
    }

    @Override
    public SortedSet<StorePath> queryReferrers(StorePath path) throws IOException {
        return database().referrers(path);
    }

    @Override
    public SortedSet<StorePath> queryDerivers(StorePath path) throws IOException {
        return database().derivers(path);
    }

    @Override
    public SortedMap<String, StorePath> queryOutputs(StorePath derivation) throws IOException {
        return database().outputs(derivation);
    }

    @Override
    public List<StorePath> queryClosure(Collection<StorePath> paths) throws IOException {
        return Closures.of(
                paths,
                path -> queryPathInfo(path)
                        .orElseThrow(() -> new StoreException(path + ": is not valid in this store"))
                        .references());
    }

    /** What it takes to have {@code paths}: outputs of derivations, or derivations whose outputs are wanted. */
    public Missing queryMissing(Collection<StorePath> paths) throws IOException {
        return new MissingPaths(this).of(paths);
    }

    /**
     * Deletes what nothing keeps alive, or tells what it would delete; see {@link CollectOptions}. Others may add and build in
     * the store meanwhile; another collection waits.
     *
     * @throws StoreException if a path that alone is to be deleted is alive, or something that may be a root cannot be read;
     *     nothing is deleted then
     * @throws java.io.InterruptedIOException if the thread is interrupted; what was deleted stays so, and the next collection
     *     goes on
     */
    public CollectResult collect(CollectOptions options) throws IOException {
        return new GarbageCollector(parts, database(), writing()).collect(options);
    }

    /** Makes equal files of valid paths one file with several names. Others may use the store meanwhile. */
    public OptimiseResult optimise() throws IOException {
        return new Optimiser(database(), folder(), staging()).run();
    }

    /** Every root that keeps a path alive, and whether a setting is needed for that; none if it can be collected. */
    public List<KeptBy> roots(StorePath path) throws IOException {
        return new RootFinder(parts, database(), services.keeper()).roots(path);
    }

    /**
     * Makes the symbolic link {@code link} lead to a valid path, and keeps that alive as long as it does.
     *
     * @throws StoreException if the path is not valid, the link would be in the store, or something else is there
     */
    public void addRoot(Path link, StorePath path) throws IOException {
        new LastingRoots(this).addIndirect(link, path);
    }

    /**
     * Keeps a valid path alive as long as there is {@code gcroots/NAME} in the store's state.
     *
     * @throws StoreException if the path is not valid, the name is none, or it is taken by something else
     */
    public void addPermanentRoot(String name, StorePath path) throws IOException {
        new LastingRoots(this).addPermanent(name, path);
    }

    /**
     * Keeps paths from being collected, be they valid yet or not, until the result is closed. What is found valid, or made
     * valid, after this has returned stays so with all that it refers to; others can be kept later by the same hold.
     */
    public Hold hold(Collection<StorePath> paths) throws IOException {
        return Hold.of(keeper(), paths);
    }

    /**
     * Lets collections take what this object has added, imported, fetched or built so far: all that stays alive until the store
     * is closed, or until this is called. What a root, a {@link #hold} or an open {@link AddBatch} keeps stays alive, and
     * what an operation that is running works with. Speaks for all threads: where others add meanwhile, they hold what
     * they need.
     */
    public void releaseAdded() throws IOException {
        keeper().releaseAdded();
    }

    /**
     * Builds a valid derivation after everything that it needs and that is missing, one at a time.
     *
     * @param derivation the path of its text
     * @param mode what to do if its outputs are there already; what it needs is only ever built where it is missing
     * @param output gets an output for each derivation that is built
     * @return how its own build ended, or that of the first input that failed
     * @throws IOException if the store cannot do its part; a build that fails is a result
     * @throws InterruptedException if the thread was interrupted; no process of a build is left
     */
    public BuildResult build(StorePath derivation, BuildService.Mode mode, OutputPort output)
            throws IOException, InterruptedException {
        return builder.build(derivation, mode, output);
    }

    /**
     * Builds one derivation from memory. Its text need not be in the store; everything that it names must be valid. Whoever may
     * call this may make any path valid that is no address of its content.
     *
     * @param path the path that the derivation's text has
     * @param mode what to do if its outputs are there already
     * @param output takes what the builder prints; not finished and not closed
     * @throws IOException if the store cannot do its part; a build that fails is a result
     * @throws InterruptedException if the thread was interrupted; no process of the build is left
     */
    public BuildResult buildDerivation(StorePath path, Derivation derivation, BuildService.Mode mode, JobOutput output)
            throws IOException, InterruptedException {
        return builder.buildDerivation(path, derivation, mode, output);
    }

    /** What builds of a derivation printed, the newest attempt first. */
    public List<BuildLog> logs(StorePath derivation) throws IOException {
        return builder.logs(derivation);
    }

    /** Builds single derivations, as {@link #buildDerivation} does, for whoever serves or schedules them. */
    public BuildService builds() {
        return builder;
    }

    /**
     * Looks at every valid path, and mends what is missing or corrupt where that is asked for. May run beside everything else;
     * what is collected meanwhile is not told.
     *
     * @param output gets a warning for each damaged path, and what the builds of a repair print
     * @throws IOException if the database cannot be read; a path that cannot be read is a finding
     * @throws InterruptedException if the thread was interrupted; what was repaired until then stays so
     */
    public VerifyResult verify(VerifyOptions options, OutputPort output) throws IOException, InterruptedException {
        return new Verification(this, output).verify(options);
    }

    /**
     * Reads {@code paths} and all they refer to, and mends what is damaged: from a substituter that has exactly what was
     * registered, whoever signed it, or by building again. What comes out otherwise is told and never taken.
     *
     * @param output gets a warning for each damaged path, and what builds print
     * @throws dev.heddle.store.StoreException if one of {@code paths} is not valid
     * @throws InterruptedException if the thread was interrupted; what was repaired until then stays so
     */
    public VerifyResult repair(Collection<StorePath> paths, OutputPort output)
            throws IOException, InterruptedException {
        return new Verification(this, output).repair(paths);
    }

    /** Kills builders that still run, and lets go of everything. A second close does nothing. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            builder.close();
            services.close();
        }
    }
}
