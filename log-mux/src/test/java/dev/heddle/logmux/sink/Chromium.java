package dev.heddle.logmux.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One page of a headless Chromium, driven through the DevTools protocol (version 1.3). Keeps everything that the page complained
 * of and every address it asked for.
 */
final class Chromium implements AutoCloseable {

    private static final int SECONDS = 60;
    private static final String LISTENING = "DevTools listening on ";

    private final Process process;
    private final Path home;
    private final Map<Integer, CompletableFuture<Map<String, Object>>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable WebSocket socket;
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
        ProcessBuilder command = new ProcessBuilder(
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
                "--remote-debugging-port=0",
                "about:blank");
        command.environment().put("HOME", home.toString());
        Chromium chromium = new Chromium(command.redirectErrorStream(true).start(), home);
        try {
            chromium.connect();
        } catch (IOException | RuntimeException e) {
            chromium.close();
            throw e;
        }
        return chromium;
    }

    private void connect() throws Exception {
        CompletableFuture<String> address = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(address), "chromium-output");
        reader.setDaemon(true);
        reader.start();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(address.get(SECONDS, TimeUnit.SECONDS)), new Messages())
                .get(SECONDS, TimeUnit.SECONDS);
        String target = text(call("Target.createTarget", Map.of("url", "about:blank")), "targetId");
        session = text(call("Target.attachToTarget", Map.of("targetId", target, "flatten", true)), "sessionId");
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    private void read(CompletableFuture<String> address) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(LISTENING)) {
                    address.complete(line.substring(LISTENING.length()).strip());
                }
            }
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
        address.completeExceptionally(new IOException("chromium ended before it listened"));
    }

    /** Takes messages, which come in pieces. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                Map<String, Object> fields = parsed(message.toString());
                message.setLength(0);
                took(fields);
            }
            from.request(1);
            return null;
        }
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
        WebSocket to = socket;
        if (to == null) {
            throw new IllegalStateException("not connected");
        }
        to.sendText(json(message), true).get(SECONDS, TimeUnit.SECONDS);
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
        Map<String, Object> answer = call(
                "Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
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
    public void close() throws Exception {
        WebSocket open = socket;
        if (open != null) {
            session = "";
            try {
                call("Browser.close", Map.of());
            } catch (IllegalStateException e) {
                process.destroy();
            }
            open.abort();
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
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
