import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Puts log-ins on the stream of identity events. Reads one a line, with tabs between: account, instant, address, port. */
public final class Producer {
    record Login(String account, String at, String ip, int port) {
        /** What your JSON library makes; here by hand, so that the example needs none. */
        String json() {
            return "{\"account\":%s,\"at\":%s,\"ip\":%s,\"port\":%d}".formatted(quoted(account), quoted(at), quoted(ip), port);
        }

        PutRecordsRequestEntry entry() throws Exception {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(account.getBytes(StandardCharsets.UTF_8));
            return PutRecordsRequestEntry.builder()
                    .data(SdkBytes.fromUtf8String(json())).partitionKey(HexFormat.of().formatHex(sum)).build();
        }
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append("\\u%04x".formatted((int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    /** Sends at most 500 events, which is what Kinesis takes in one call, and again those that it did not take. */
    static void send(KinesisClient kinesis, String stream, List<Login> events) throws Exception {
        List<PutRecordsRequestEntry> records = new ArrayList<>();
        for (Login event : events) records.add(event.entry());
        for (int attempt = 0; attempt < 8; attempt++) {
            List<PutRecordsRequestEntry> sent = records;
            var answers = kinesis.putRecords(call -> call.streamName(stream).records(sent)).records();
            records = IntStream.range(0, sent.size())
                    .filter(i -> answers.get(i).errorCode() != null).mapToObj(sent::get).toList();
            if (records.isEmpty()) return;
            Thread.sleep(100L << attempt);
        }
        throw new IllegalStateException("the stream did not take " + records.size() + " events");
    }

    public static void main(String[] args) throws Exception {
        List<Login> events = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null;) {
                String[] fields = line.split("\t");
                events.add(new Login(fields[0], fields[1], fields[2], Integer.parseInt(fields[3])));
            }
        }
        try (KinesisClient kinesis = KinesisClient.create()) {
            for (int start = 0; start < events.size(); start += 500)
                send(kinesis, args[0], events.subList(start, Math.min(start + 500, events.size())));
        }
    }
}
