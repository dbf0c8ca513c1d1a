package dev.heddle.store.faults;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose calls, those of its folders and channels included, can be made to fail: from the n-th on, once or for ever. A
 * write that fails has written the first half; a close that fails has closed; everything else that fails has done nothing.
 *
 * <p>Any thread may use it.
 */
final class FailingDisk {

    /** What stands before a real disk, folder or channel; where one of them is an argument, the real one is passed on. */
    private record Guard(Object real, FailingDisk calls) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            Object[] given = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < given.length; i++) {
                if (given[i] != null
                        && Proxy.isProxyClass(given[i].getClass())
                        && Proxy.getInvocationHandler(given[i]) instanceof Guard guard) {
                    given[i] = guard.real();
                }
            }
            boolean fallible = List.of(method.getExceptionTypes()).contains(IOException.class);
            @Nullable IOException failure = fallible ? calls.next(method.getName()) : null;
            if (failure != null) {
                half(method, given);
                throw failure;
            }
            return calls.guarded(call(method, given), method.getReturnType());
        }

        private void half(Method method, Object[] given) throws Throwable {
            if (method.getName().equals("close")) {
                call(method, given);
            } else if (method.getName().equals("write") && given[0] instanceof ByteBuffer bytes) {
                ByteBuffer first = bytes.duplicate();
                first.limit(first.position() + first.remaining() / 2);
                call(method, new Object[] {first});
            }
        }

        private @Nullable Object call(Method method, Object[] given) throws Throwable {
            try {
                return method.invoke(real, given);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private final Disk disk;
    private final AtomicLong calls = new AtomicLong();
    private volatile long from = Long.MAX_VALUE;
    private volatile long until = Long.MAX_VALUE;
    private volatile Fault fault = Fault.EIO;
    private volatile String failed = "";

    FailingDisk(Disk real) {
        this.disk = (Disk) guarded(real, Disk.class);
    }

    /** What is given to a store. */
    Disk disk() {
        return disk;
    }

    /** Lets the n-th call from now on fail, 1 being the next, and if {@code forEver} all behind it. */
    void fail(Fault how, long n, boolean forEver) {
        calls.set(0);
        failed = "";
        fault = how;
        until = forEver ? Long.MAX_VALUE : n;
        from = n;
    }

    /** Lets calls work from now on, and tells which was the first to fail; empty if none did. */
    String heal() {
        from = Long.MAX_VALUE;
        return failed;
    }

    private synchronized @Nullable IOException next(String call) {
        long n = calls.incrementAndGet();
        if (n < from || n > until) {
            return null;
        }
        if (failed.isEmpty()) {
            failed = call;
        }
        return fault.at(call);
    }

    private @Nullable Object guarded(@Nullable Object real, Class<?> type) {
        for (Class<?> known : List.of(Disk.class, Folder.class, SeekableByteChannel.class, WritableByteChannel.class)) {
            if (type == known) {
                return Proxy.newProxyInstance(
                        known.getClassLoader() == null ? getClass().getClassLoader() : known.getClassLoader(),
                        new Class<?>[] {known},
                        new Guard(real, this));
            }
        }
        return real;
    }
}
