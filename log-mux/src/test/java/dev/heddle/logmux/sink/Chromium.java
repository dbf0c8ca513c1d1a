package dev.heddle.logmux.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One page of a headless Chromium, driven through the DevTools protocol (version 1.3) over a pair of pipes, on which every
 * message ends with a zero byte. Keeps everything that the page complained
 * of and every address it asked for.
 */
final class Chromium implements AutoCloseable {

    private static final int SECONDS = 60;

    private final Process process;
    private final Path home;
    private final Map<Integer, CompletableFuture<Map<String, Object>>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private String session = "";

    private Chromium(Process process, Path home) {
        this.process = process;
        this.home = home;
    }

    /** Whether there is one on the PATH. */
    static boolean isThere() {
        for (String folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "chromium"))) {
                return true;
            }
        }
        return false;
    }

    /** Starts one with a profile of its own, below a folder. */
    static Chromium start(Path folder) throws Exception {
        Path home = Files.createDirectories(folder.resolve("chromium"));
        // It reads from descriptor 3 and writes to 4.
        ProcessBuilder command = new ProcessBuilder(
                "sh",
                "-c",
                "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null",
                "sh",
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--user-data-dir=" + home,
                "--remote-debugging-pipe",
                "about:blank");
        command.environment().put("HOME", home.toString());
        Chromium chromium = new Chromium(command.start(), home);
        try {
            chromium.connect();
        } catch (IOException | RuntimeException e) {
            chromium.close();
            throw e;
        }
        return chromium;
    }

    private void connect() throws Exception {
        Thread reader = new Thread(this::read, "chromium-messages");
        reader.setDaemon(true);
        reader.start();
        String target = text(call("Target.createTarget", Map.of("url", "about:blank")), "targetId");
        session = text(call("Target.attachToTarget", Map.of("targetId", target, "flatten", true)), "sessionId");
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    private void read() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (InputStream from = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
            for (int b = from.read(); b >= 0; b = from.read()) {
                if (b == 0) {
                    took(parsed(message.toString(StandardCharsets.UTF_8)));
                    message.reset();
                } else {
                    message.write(b);
                }
            }
        } catch (IOException e) {
            add(complaints, e.toString());
        }
        waiting.values().forEach(answer -> answer.completeExceptionally(new IOException("chromium has ended")));
    }

    private void took(Map<String, Object> message) {
        if (message.get("id") instanceof Long id) {
            CompletableFuture<Map<String, Object>> answer = waiting.remove(id.intValue());
            if (answer != null && message.containsKey("error")) {
                answer.completeExceptionally(new IllegalStateException(String.valueOf(message.get("error"))));
            } else if (answer != null) {
                answer.complete(fields(message, "result"));
            }
            return;
        }
        Map<String, Object> parameters = fields(message, "params");
        switch (String.valueOf(message.get("method"))) {
            case "Network.requestWillBeSent" -> add(requests, text(fields(parameters, "request"), "url"));
            case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded" ->
                add(complaints, parameters.toString());
            default -> {
                // Of no interest.
            }
        }
    }

    private static void add(List<String> to, String text) {
        synchronized (to) {
            to.add(text);
        }
    }

    private Map<String, Object> call(String method, Map<String, Object> parameters) throws Exception {
        int number = numbers.incrementAndGet();
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", number);
        message.put("method", method);
        message.put("params", parameters);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        OutputStream to = process.getOutputStream();
        to.write(json(message).getBytes(StandardCharsets.UTF_8));
        to.write(0);
        to.flush();
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | CompletionException e) {
            throw new IllegalStateException(method + " " + parameters, e);
        }
    }

    /** Goes to an address and forgets what was kept before. */
    void open(String address) throws Exception {
        synchronized (requests) {
            requests.clear();
        }
        synchronized (complaints) {
            complaints.clear();
        }
        call("Page.navigate", Map.of("url", address));
    }

    /** Size of the page and whether it is dark. */
    void look(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** The value of an expression, after a promise that it may be; a string, number, boolean or null. */
    @Nullable
    Object value(String expression) throws Exception {
        Map<String, Object> answer =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
        }
        return fields(answer, "result").get("value");
    }

    /** Waits until an expression is true: the page looks itself whenever it draws. */
    void await(String expression) throws Exception {
        value("new Promise((done, failed) => { const end = performance.now() + 30000;"
                + "const look = () => { try { if (" + expression + ") { done(true); return; } } catch (e) {}"
                + "if (performance.now() > end) { failed(new Error('never came: ' + "
                + json(expression) + ")); } else { requestAnimationFrame(look); } }; look(); })");
    }

    /** A picture of the page. */
    byte[] picture() throws Exception {
        return Base64.getDecoder().decode(text(call("Page.captureScreenshot", Map.of("format", "png")), "data"));
    }

    /** What the page complained of: exceptions, words on its console, what the policy refused. */
    List<String> complaints() {
        synchronized (complaints) {
            return List.copyOf(complaints);
        }
    }

    /** The addresses that were asked for. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    @Override
    public void close() throws IOException {
        session = "";
        try {
            call("Browser.close", Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // It has ended by itself.
            process.destroy();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "chromium in " + home;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> fields(Map<String, Object> of, String name) {
        return of.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static String text(Map<String, Object> of, String name) {
        return String.valueOf(of.get(name));
    }

    private static Map<String, Object> parsed(String json) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            Object value = value(parser);
            return fields(Map.of("all", value == null ? Map.of() : value), "all");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private static String json(Object value) throws IOException {
        StringWriter text = new StringWriter();
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                parts.add(json(String.valueOf(each.getKey())) + ":" + json(each.getValue()));
            }
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            for (Object each : list) {
                parts.add(json(each));
            }
            return "[" + String.join(",", parts) + "]";
        }
        if (value instanceof String string) {
            try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
                generator.writeString(string);
            }
            return text.toString();
        }
        return String.valueOf(value);
    }
}
