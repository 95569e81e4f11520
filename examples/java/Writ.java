import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.CertificateFactory;
import java.security.spec.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;
import javax.crypto.*;
import javax.crypto.spec.*;
import javax.net.ssl.*;

/**
 * Asks a Writ gateway who was behind an account: asks, follows the case, collects what was approved. Java 17, nothing
 * but its own library.
 *
 * <pre>
 * java Writ.java ask REQUEST.json         asks; prints the case
 * java Writ.java follow ID                waits until the case is decided, as long as WRIT_PATIENCE; prints the case
 * java Writ.java collect ID [FILE]        prints the records, one JSON object a line; the signed pages go into FILE
 * java Writ.java call METHOD URL [BODY]   any other call: signs it, sends it, verifies the answer and prints it
 * </pre>
 *
 * WRIT_URL: the provider's API, https://host/v1. WRIT_KEY: file with the private key, PEM (PKCS#8), Ed25519 or P-256.
 * WRIT_KEY_ID: its key id, the thumbprint of the public key. WRIT_ENCRYPTION_KEY: file with the private key that
 * disclosures are encrypted to, PEM (PKCS#8), P-256. WRIT_PROVIDER: file with the answer of /v1/provider, saved once and
 * its thumbprint compared by telephone. WRIT_CA: file with a certificate authority to trust instead of the system's
 * (optional). WRIT_PATIENCE: for how many seconds to wait for a decision or the provider's log (optional, 60).
 *
 * On stdout is what the provider has signed, and nothing else. The exit code is 0 if all went well, 2 if the provider is
 * not ready yet, 1 for everything else. docs/signing.md explains each step.
 */
public class Writ {
  static final int LIFETIME = 60, LONGEST = 300, SKEW = 30, EVERY = 2; // seconds

  /** Not DER, which "SHA256withECDSA" writes: on the wire are the two numbers, 32 bytes each. */
  static final String ECDSA = "SHA256withECDSAinP1363Format";

  /** The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them. */
  static final Pattern ANSWER = Pattern.compile("writ=(\\(\"@status\" \"content-digest\" \"content-type\" \"signature\";req\\)"
      + ";created=([0-9]{1,15});expires=([0-9]{1,15});keyid=\"([A-Za-z0-9_-]{43})\";alg=\"ecdsa-p256-sha256\";tag=\"writ\")");

  /** What stands before every public key of P-256, in base64. It ends where a group of four ends. */
  static final String P256_SPKI = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";

  static class NotVerified extends Exception {
    NotVerified(String reason) {
      super(reason);
    }
  }

  public static void main(String[] args) throws Exception {
    switch (args.length == 0 ? "" : args[0] + (args.length - 1)) {
      case "ask1" -> show(granted("POST", "/requests", Files.readAllBytes(Path.of(args[1]))).body());
      case "follow1" -> follow(args[1]);
      case "collect1", "collect2" -> {
        try {
          collect(args[1], args.length == 3 ? Path.of(args[2]) : null);
        } catch (NotVerified reason) {
          end(1, "the disclosure, not verified: " + reason.getMessage());
        }
      }
      case "call2", "call3" -> {
        var answer = call(args[1], args[2], args.length == 4 ? Files.readAllBytes(Path.of(args[3])) : new byte[0]);
        show(answer.body());
        System.exit(answer.statusCode() / 100 == 2 ? 0 : 1);
      }
      default -> end(1, "usage: ask REQUEST.json | follow ID | collect ID [FILE] | call METHOD URL [BODY]");
    }
  }

  static void end(int code, String said) {
    System.err.println(said);
    System.exit(code);
  }

  static void show(byte[] content) {
    System.out.writeBytes(content);
    System.out.flush();
  }

  static void follow(String id) throws Exception {
    for (Instant until = patience();;) {
      var answer = granted("GET", "/requests/" + id, new byte[0]);
      boolean decided = !object(answer.body()).get("status").equals("AwaitingApproval");
      if (!decided && waits(answer, until)) continue;
      show(answer.body());
      System.exit(decided ? 0 : 2);
    }
  }

  static void collect(String id, Path file) throws Exception {
    PrivateKey key = privateKey("WRIT_ENCRYPTION_KEY");
    Map<String, Object> its = object(granted("GET", "/requests/" + id, new byte[0]).body());
    if (!id.equals(its.get("id"))) throw new NotVerified("it is of another case");
    // Before anything is collected, since collections are counted; and never over the evidence of another one.
    if (file != null) {
      Files.createFile(file);
      file.toFile().setReadable(false, false);
      file.toFile().setReadable(true, true);
    }
    Set<Object> seen = new HashSet<>();
    byte[] body = new byte[0];
    for (;;) {
      String jws = openJwe(collectPage(id, body), key);
      Map<String, Object> page = openPage(jws, its);
      if (file != null) Files.writeString(file, jws + "\n", StandardOpenOption.APPEND);
      for (Object record : (List<?>) page.get("records")) show(utf8(Json.canonical(record) + "\n"));
      Object next = page.get("page");
      if (next == null) return;
      if (!seen.add(next)) throw new NotVerified("a page comes twice");
      body = utf8(Json.canonical(Map.of("page", next)));
    }
  }

  static String collectPage(String id, byte[] body) throws Exception {
    for (Instant until = patience();;) {
      // 202: the provider's log does not show yet that this will be opened. Each try is a signature of its own.
      var answer = granted("POST", "/requests/" + id + "/collection", body);
      if (answer.statusCode() != 202) return new String(answer.body(), StandardCharsets.US_ASCII);
      if (!waits(answer, until)) System.exit(2);
    }
  }

  /** A compact JWE (RFC 7516): a key agreed on with ours (ECDH-ES, RFC 7518 4.6) and AES-256-GCM under it. */
  static String openJwe(String jwe, PrivateKey key) throws NotVerified {
    try {
      String[] part = jwe.split("\\.", -1);
      Map<String, Object> header = object(fromBase64url(part[0]));
      if (!"ECDH-ES".equals(header.get("alg")) || !"A256GCM".equals(header.get("enc")) || header.containsKey("crit")
          || part.length != 5 || !part[1].isEmpty()) throw new IllegalArgumentException("not as the provider encrypts");
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(key);
      agreement.doPhase(publicKey((Map<?, ?>) header.get("epk")), true);
      // The Concat KDF in its one round: counter, secret, algorithm, nothing of either party, and how many bits.
      byte[] agreed = concat(new byte[] {0, 0, 0, 1}, agreement.generateSecret(), new byte[] {0, 0, 0, 7}, utf8("A256GCM"),
          new byte[8], new byte[] {0, 0, 1, 0});
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(sha256(agreed), "AES"), new GCMParameterSpec(128, fromBase64url(part[2])));
      cipher.updateAAD(utf8(part[0]));
      return new String(cipher.doFinal(concat(fromBase64url(part[3]), fromBase64url(part[4]))), StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException | RuntimeException reason) {
      throw new NotVerified("it does not open with this key");
    }
  }

  /** The package within a page's compact JWS, which is what a court is shown, checked. */
  static Map<String, Object> openPage(String jws, Map<String, Object> its) throws Exception {
    String[] part = jws.split("\\.", -1);
    if (part.length != 3) throw new NotVerified("it does not open with this key");
    Map<String, Object> header = object(fromBase64url(part[0]));
    byte[] signature = fromBase64url(part[2]);
    if (!"ES256".equals(header.get("alg")) || header.containsKey("crit") || signature.length != 64)
      throw new NotVerified("the signature has another form than the provider's");
    verify(header.get("kid"), signature, part[0] + "." + part[1]);
    Map<String, Object> page = object(fromBase64url(part[1]));
    if (!digestField(utf8(Json.canonical(page.get("records")))).equals(page.get("digest")))
      throw new NotVerified("the digest is not that of the records");
    if (!its.get("id").equals(page.get("case")) || !its.get("reference").equals(page.get("reference"))
        || !its.get("requestDigest").equals(page.get("requestDigest"))) throw new NotVerified("it is of another case");
    return page;
  }

  /** One call, signed; its answer, verified. */
  static HttpResponse<byte[]> call(String method, String url, byte[] body) throws Exception {
    URI uri = URI.create(url);
    if (!"https".equals(uri.getScheme())) throw new IllegalArgumentException("the URL is not https");
    Map<String, String> fields = signRequest(privateKey("WRIT_KEY"), method, uri, body);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(method,
        body.length > 0 ? HttpRequest.BodyPublishers.ofByteArray(body) : HttpRequest.BodyPublishers.noBody());
    fields.forEach(request::setHeader);
    // The client follows no redirect and unpacks nothing: what arrives is what was signed.
    HttpClient client = HttpClient.newBuilder().sslContext(trust(System.getenv("WRIT_CA"))).build();
    HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    try {
      verifyAnswer(answer, fields.get("signature"));
    } catch (NotVerified reason) {
      end(1, answer.statusCode() + ", not verified: " + reason.getMessage());
    }
    System.err.println(answer.statusCode() + ", verified");
    return answer;
  }

  /** A call that must not be refused. */
  static HttpResponse<byte[]> granted(String method, String path, byte[] body) throws Exception {
    var answer = call(method, System.getenv("WRIT_URL").replaceFirst("/$", "") + path, body);
    if (answer.statusCode() / 100 != 2) end(1, new String(answer.body(), StandardCharsets.UTF_8));
    return answer;
  }

  static Instant patience() {
    return Instant.now().plusSeconds(Integer.parseInt(System.getenv().getOrDefault("WRIT_PATIENCE", "60")));
  }

  /** Waits as long as the provider asks for, or not at all: nobody signed how long that is, so patience limits it. */
  static boolean waits(HttpResponse<?> answer, Instant until) throws InterruptedException {
    String said = answer.headers().firstValue("retry-after").orElse("");
    int seconds = said.matches("[0-9]{1,5}") ? Integer.parseInt(said) : EVERY;
    boolean worth = !Instant.now().plusSeconds(seconds).isAfter(until);
    if (worth) Thread.sleep(seconds * 1000L);
    else System.err.println("not yet: try again later");
    return worth;
  }

  /** The fields to send. */
  static Map<String, String> signRequest(PrivateKey key, String method, URI uri, byte[] body) throws Exception {
    String covered = "\"@method\" \"@authority\" \"@path\" \"@query\"";
    // The raw pieces, as the client will write them.
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    String base = "\"@method\": " + method + "\n\"@authority\": "
        + uri.getRawAuthority().toLowerCase().replaceFirst(":443$", "") + "\n\"@path\": " + path + "\n\"@query\": ?" + query + "\n";
    Map<String, String> fields = new HashMap<>();
    if (body.length > 0) {
      fields.put("content-digest", digestField(body));
      fields.put("content-type", "application/json");
      covered += " \"content-digest\" \"content-type\"";
      base += "\"content-digest\": " + digestField(body) + "\n\"content-type\": application/json\n";
    }
    boolean isEc = key.getAlgorithm().equals("EC");
    byte[] nonce = new byte[24];
    new SecureRandom().nextBytes(nonce);
    long created = Instant.now().getEpochSecond();
    String params = "(" + covered + ");created=" + created + ";expires=" + (created + LIFETIME) + ";nonce=\""
        + base64url(nonce) + "\";keyid=\"" + System.getenv("WRIT_KEY_ID") + "\";alg=\""
        + (isEc ? "ecdsa-p256-sha256" : "ed25519") + "\";tag=\"writ\"";
    Signature signer = Signature.getInstance(isEc ? ECDSA : "Ed25519");
    signer.initSign(key);
    signer.update(utf8(base + "\"@signature-params\": " + params));
    fields.put("signature-input", "writ=" + params);
    fields.put("signature", "writ=:" + Base64.getEncoder().encodeToString(signer.sign()) + ":");
    return fields;
  }

  /** Throws unless the provider signed this answer, to this request, just now. */
  static void verifyAnswer(HttpResponse<byte[]> answer, String asked) throws Exception {
    Map<String, String> field = new HashMap<>();
    for (String name : new String[] {"content-digest", "content-type", "signature-input", "signature"}) {
      var lines = answer.headers().allValues(name);
      if (lines.size() != 1) throw new NotVerified(name + " is not there once");
      field.put(name, lines.get(0).strip());
    }
    if (!field.get("content-digest").equals(digestField(answer.body())))
      throw new NotVerified("the body is not the one that was signed");
    Matcher read = ANSWER.matcher(field.get("signature-input"));
    Matcher signed = Pattern.compile("writ=:([A-Za-z0-9+/]{86}==):").matcher(field.get("signature"));
    if (!read.matches() || !signed.matches()) throw new NotVerified("the signature has another form than the provider's");
    long created = Long.parseLong(read.group(2)), expires = Long.parseLong(read.group(3));
    long now = Instant.now().getEpochSecond();
    if (created > now + SKEW || now >= expires || expires - created > LONGEST)
      throw new NotVerified("the signature is not of now");
    verify(read.group(4), Base64.getDecoder().decode(signed.group(1)), "\"@status\": " + answer.statusCode()
        + "\n\"content-digest\": " + field.get("content-digest") + "\n\"content-type\": " + field.get("content-type")
        + "\n\"signature\";req: " + asked + "\n\"@signature-params\": " + read.group(1));
  }

  static void verify(Object keyId, byte[] signature, String message) throws Exception {
    PublicKey key = providerKeys().get(keyId);
    if (key == null) throw new NotVerified("the key is not one of the provider's");
    Signature verifier = Signature.getInstance(ECDSA);
    verifier.initVerify(key);
    verifier.update(utf8(message));
    if (!verifier.verify(signature)) throw new NotVerified("the signature does not hold");
  }

  /** The provider's keys by the thumbprint that we compute: what a document says of itself proves nothing. */
  static Map<Object, PublicKey> providerKeys() throws Exception {
    Map<Object, PublicKey> keys = new HashMap<>();
    for (Object it : (List<?>) object(Files.readAllBytes(Path.of(System.getenv("WRIT_PROVIDER")))).get("keys")) {
      Map<?, ?> jwk = (Map<?, ?>) it;
      if (!"EC".equals(jwk.get("kty")) || !"P-256".equals(jwk.get("crv"))) continue;
      String canonical = Json.canonical(Map.of("crv", "P-256", "kty", "EC", "x", jwk.get("x"), "y", jwk.get("y")));
      keys.put(base64url(sha256(utf8(canonical))), publicKey(jwk));
    }
    return keys;
  }

  static PublicKey publicKey(Map<?, ?> jwk) throws GeneralSecurityException {
    byte[] spki = concat(Base64.getDecoder().decode(P256_SPKI), fromBase64url((String) jwk.get("x")), fromBase64url((String) jwk.get("y")));
    return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
  }

  static PrivateKey privateKey(String variable) throws Exception {
    String pem = Files.readString(Path.of(System.getenv(variable)));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException anotherKind) {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
  }

  static SSLContext trust(String file) throws Exception {
    if (file == null || file.isEmpty()) return SSLContext.getDefault();
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = new FileInputStream(file)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  static byte[] sha256(byte[] data) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(data);
  }

  static String digestField(byte[] body) throws Exception {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
  }

  static String base64url(byte[] data) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
  }

  static byte[] fromBase64url(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(byte[] json) {
    return (Map<String, Object>) Json.read(new String(json, StandardCharsets.UTF_8));
  }

  /** JSON, strictly, since Java comes without it. A program of your own takes a library. */
  static class Json {
    static final Pattern SCALAR = Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    static final String LETTERS = "\"\\/bfnrt", ESCAPED = "\"\\/\b\f\n\r\t";
    final String text;
    int at = 0;

    Json(String text) {
      this.text = text;
    }

    static Object read(String text) {
      Json json = new Json(text);
      Object value = json.value();
      json.need(json.peek() == 0);
      return value;
    }

    Object value() {
      if (take('{')) {
        Map<String, Object> members = new TreeMap<>();
        while (!take('}')) {
          need(members.isEmpty() || take(','));
          need(take('"'));
          String name = string();
          need(take(':') && !members.containsKey(name));
          members.put(name, value());
        }
        return members;
      }
      if (take('[')) {
        List<Object> elements = new ArrayList<>();
        while (!take(']')) {
          need(elements.isEmpty() || take(','));
          elements.add(value());
        }
        return elements;
      }
      if (take('"')) return string();
      Matcher scalar = SCALAR.matcher(text).region(at, text.length());
      need(scalar.lookingAt());
      at = scalar.end();
      return switch (scalar.group()) {
        case "true", "false" -> Boolean.valueOf(scalar.group());
        case "null" -> null;
        default -> scalar.group(1) == null && scalar.group(2) == null ? (Object) Long.valueOf(scalar.group()) : Double.valueOf(scalar.group());
      };
    }

    String string() {
      StringBuilder read = new StringBuilder();
      for (char c; (c = text.charAt(at++)) != '"'; read.append(c)) {
        need(c >= ' ');
        if (c != '\\') continue;
        char letter = text.charAt(at++);
        if (letter == 'u') c = (char) HexFormat.fromHexDigits(text, at, at += 4);
        else c = ESCAPED.charAt(LETTERS.indexOf(letter));
      }
      return read.toString();
    }

    /** The next character that is no blank; 0 at the end. */
    char peek() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    boolean take(char c) {
      boolean there = peek() == c;
      if (there) at++;
      return there;
    }

    void need(boolean condition) {
      if (!condition) throw new IllegalArgumentException("no JSON at character " + at);
    }

    /** RFC 8785, as far as it is needed here: of objects, lists, strings and whole numbers. */
    static String canonical(Object value) {
      StringJoiner all = new StringJoiner(",");
      if (value instanceof Map<?, ?> members) {
        new TreeMap<Object, Object>(members).forEach((name, it) -> all.add(canonical(name) + ":" + canonical(it)));
        return "{" + all + "}";
      }
      if (value instanceof List<?> elements) {
        elements.forEach(it -> all.add(canonical(it)));
        return "[" + all + "]";
      }
      if (value instanceof Long) return value.toString();
      StringBuilder text = new StringBuilder("\"");
      for (char c : ((String) value).toCharArray()) {
        int i = c == '/' ? -1 : ESCAPED.indexOf(c);
        text.append(i >= 0 ? "\\" + LETTERS.charAt(i) : c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
      return text.append('"').toString();
    }
  }
}
