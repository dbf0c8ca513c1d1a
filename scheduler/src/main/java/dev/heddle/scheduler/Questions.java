package dev.heddle.scheduler;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What other threads ask of the loop's state: answered by the loop between two events. For any thread but the loop's. */
final class Questions {

    private final Inbox inbox;
    /** Ends those not answered yet: nobody is to wait for a loop that broke. */
    private final Set<Consumer<Throwable>> open = ConcurrentHashMap.newKeySet();

    Questions(Inbox inbox) {
        this.inbox = inbox;
    }

    /** Waits for the answer of the loop; once the inbox is closed nothing changes any more, and the asker may look himself. */
    <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Consumer<Throwable> end = answer::completeExceptionally;
        open.add(end);
        try {
            boolean read = inbox.post(() -> {
                try {
                    answer.complete(question.get());
                } catch (RuntimeException e) { // The asker's fault must not end the loop.
                    answer.completeExceptionally(e);
                }
            });
            return read ? answer.join() : question.get();
        } finally {
            open.remove(end);
        }
    }

    /** Ends the wait of all who ask, after the inbox was closed. */
    void fail(AssertionError bug) {
        open.forEach(end -> end.accept(bug));
    }
}
