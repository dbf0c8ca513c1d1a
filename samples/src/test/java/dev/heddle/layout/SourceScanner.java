package dev.heddle.layout;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads Java sources and notes what byte code no longer tells: comments, lengths, catch clauses. */
final class SourceScanner extends TreePathScanner<Void, Void> {

    /** A place in a source file and what was found there. */
    record Finding(Path file, long line, String what) {
        @Override
        public String toString() {
            return Repository.root().relativize(file) + ":" + line + ": " + what;
        }
    }

    private static final Set<String> BROAD = Set.of("Exception", "Throwable", "RuntimeException", "Error");

    final List<Finding> undocumented = new ArrayList<>();
    final List<Finding> broadCatches = new ArrayList<>();
    final List<Finding> sharedMonitors = new ArrayList<>();
    final List<Finding> overBudget = new ArrayList<>();

    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 40;
    private static final int PARAMETERS = 5;

    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final Path file;
    private final boolean documented;
    private final Deque<ClassTree> enclosing = new ArrayDeque<>();

    private SourceScanner(DocTrees trees, CompilationUnitTree unit, boolean documented) {
        this.trees = trees;
        this.unit = unit;
        this.file = Path.of(unit.getSourceFile().toUri());
        this.documented = documented;
    }

    /**
     * Reads files of one module.
     *
     * @param documentedPackages packages in which every visible type and member needs a comment
     */
    static List<SourceScanner> scan(List<Path> files, Set<String> documentedPackages) {
        if (files.isEmpty()) {
            return List.of();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<SourceScanner> scanned = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    manager,
                    diagnostic -> {},
                    List.of("-proc:none"),
                    null,
                    manager.getJavaFileObjectsFromPaths(files));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                String name = String.valueOf(unit.getPackageName());
                SourceScanner scanner = new SourceScanner(trees, unit, documentedPackages.contains(name));
                scanner.scan(unit, null);
                scanner.measureFile();
                scanned.add(scanner);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return scanned;
    }

    private void measureFile() {
        long lines = unit.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, unit));
        if (lines > FILE_LINES) {
            overBudget.add(new Finding(file, 1, lines + " lines, the budget of a file is " + FILE_LINES));
        }
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
        boolean anonymous = type.getSimpleName().isEmpty();
        if (!anonymous && isVisible(type.getModifiers())) {
            needsComment(type, "type " + type.getSimpleName());
        }
        enclosing.push(type);
        super.visitClass(type, nothing);
        enclosing.pop();
        return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
        measure(method);
        boolean inherits = method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
        // A record's canonical constructor says what the comment of the record says.
        boolean canonical =
                method.getName().contentEquals("<init>") && enclosing.peek().getKind() == Tree.Kind.RECORD;
        if (!inherits && !canonical && isVisible(method.getModifiers())) {
            needsComment(method, "method " + method.getName());
        }
        return super.visitMethod(method, nothing);
    }

    @Override
    public Void visitVariable(VariableTree variable, Void nothing) {
        boolean field = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree;
        boolean component = field
                && enclosing.peek().getKind() == Tree.Kind.RECORD
                && !variable.getModifiers().getFlags().contains(Modifier.STATIC);
        if (field && !component && isVisible(variable.getModifiers())) {
            needsComment(variable, "field " + variable.getName());
        }
        return super.visitVariable(variable, nothing);
    }

    @Override
    public Void visitCatch(CatchTree clause, Void nothing) {
        Tree type = clause.getParameter().getType();
        List<? extends Tree> caught = type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
        for (Tree each : caught) {
            if (BROAD.contains(each.toString()) && !isThrownOn(clause)) {
                broadCatches.add(at(clause, "catches " + each));
            }
        }
        return super.visitCatch(clause, nothing);
    }

    /** Whether the clause only tidies up: its last statement throws again what was caught. */
    private static boolean isThrownOn(CatchTree clause) {
        List<? extends StatementTree> statements = clause.getBlock().getStatements();
        return !statements.isEmpty()
                && statements.get(statements.size() - 1) instanceof ThrowTree last
                && last.getExpression() instanceof IdentifierTree name
                && name.getName().equals(clause.getParameter().getName());
    }

    @Override
    public Void visitSynchronized(SynchronizedTree block, Void nothing) {
        Tree monitor = ((ParenthesizedTree) block.getExpression()).getExpression();
        boolean visible = enclosing.stream()
                .anyMatch(type -> type.getModifiers().getFlags().contains(Modifier.PUBLIC));
        if (visible && monitor instanceof IdentifierTree name && name.getName().contentEquals("this")) {
            sharedMonitors.add(at(block, "synchronizes on a public type's own monitor"));
        }
        return super.visitSynchronized(block, nothing);
    }

    private void measure(MethodTree method) {
        long first = unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, method));
        long last = unit.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, method));
        if (method.getBody() != null && last - first + 1 > METHOD_LINES) {
            overBudget.add(at(
                    method,
                    method.getName() + " has " + (last - first + 1) + " lines, the budget of a method is "
                            + METHOD_LINES));
        }
        boolean record = enclosing.peek().getKind() == Tree.Kind.RECORD;
        if (!record && method.getParameters().size() > PARAMETERS) {
            overBudget.add(at(
                    method,
                    method.getName() + " takes " + method.getParameters().size() + " parameters, the budget is "
                            + PARAMETERS));
        }
    }

    private void needsComment(Tree tree, String what) {
        if (documented && trees.getDocComment(new TreePath(getCurrentPath().getParentPath(), tree)) == null) {
            undocumented.add(at(tree, what + " has no comment"));
        }
    }

    /** Whether a declaration can be seen from outside: itself and everything around it is public or protected. */
    private boolean isVisible(ModifiersTree own) {
        ClassTree parent = enclosing.peek();
        boolean member = parent != null
                && (parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE);
        boolean visible = isPublic(own) || (member && !own.getFlags().contains(Modifier.PRIVATE)) || isConstant(own);
        ClassTree inner = null;
        for (ClassTree type : enclosing) {
            boolean inInterface = inner != null && type.getKind() == Tree.Kind.INTERFACE;
            visible &= inner == null || isPublic(inner.getModifiers()) || inInterface;
            inner = type;
        }
        return visible && (inner == null || isPublic(inner.getModifiers()));
    }

    private boolean isConstant(ModifiersTree own) {
        return getCurrentPath().getLeaf() instanceof VariableTree variable
                && enclosing.peek().getKind() == Tree.Kind.ENUM
                && variable.getType() instanceof IdentifierTree type
                && type.getName().contentEquals(enclosing.peek().getSimpleName())
                && own.getFlags().containsAll(Set.of(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL));
    }

    private static boolean isPublic(ModifiersTree modifiers) {
        return modifiers.getFlags().contains(Modifier.PUBLIC)
                || modifiers.getFlags().contains(Modifier.PROTECTED);
    }

    private Finding at(Tree tree, String what) {
        long line = unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
        return new Finding(file, line, what);
    }
}
